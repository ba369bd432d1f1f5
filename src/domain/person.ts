import type { Kind } from './signal.ts'

/** Somebody known by email, belonging to an account. */
export interface Person {
  /** The account's. */
  domain: string
  /** Lower-case. */
  email: string
  /** What their signals were, in the order of KINDS. */
  kinds: readonly Kind[]
  firstSeen: Date
  lastSeen: Date
  /** How many signals carry the email. */
  signals: number
}
