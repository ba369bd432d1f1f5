import type { Client } from '../http/client.ts'
import type { Catalogue } from '../read/fields.ts'

/** What a check goes by. */
export interface Checker {
  client: Client
  catalogue: Catalogue
  /** That the config wants. */
  apiVersion: string
  /** Values of a lead's status that end it, in small letters. */
  closed: ReadonlySet<string>
}
