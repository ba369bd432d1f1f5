import type { Database } from '../rows/tables.ts'
import { first } from './0001-first.ts'
import { counted } from './0002-counted.ts'
import { withoutTokens } from './0003-without-tokens.ts'
import { accountsOfConnectors } from './0004-accounts-of-connectors.ts'
import { absences } from './0005-absences.ts'
import { lostLinks } from './0006-lost-links.ts'

export interface Migration {
  /** 1, 2, 3 … without a gap: the version that the database has once it is applied. */
  version: number
  /** Statements, each ended by a semicolon at the end of a line. */
  sql: string
  /** What no statement can do, after them and in the same transaction. */
  work?(db: Database): Promise<void>
}

/** In order. One that was released is never edited: a change is a new file. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, sql: first },
  { version: 2, sql: counted },
  { version: 3, sql: '', work: withoutTokens },
  { version: 4, sql: accountsOfConnectors },
  { version: 5, sql: absences },
  { version: 6, sql: lostLinks },
]
