import type { Change, Failure, Result } from '../../src/contract/index.ts'
import type { Input } from './client.ts'

/** A change and its input: what HubSpot is asked, and whose answer it is. */
export interface Asked {
  change: Change
  input: Input
}

export function failed(change: Change, failure: Failure): Result {
  return { key: change.key, status: 'failed', failure }
}
