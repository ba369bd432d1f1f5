import type { Change, Failure, Result } from '../../../src/contract/index.ts'
import type { Input } from '../http/requests.ts'

/** A change and its input: what HubSpot is asked, and whose answer it is. */
export interface Asked {
  change: Change
  input: Input
}

/** `upsert` makes a record unless one has the key; `create` always makes one, with its associations. */
export type Way = 'update' | 'upsert' | 'create'

export function failed(change: Change, failure: Failure): Result {
  return { key: change.key, status: 'failed', failure }
}
