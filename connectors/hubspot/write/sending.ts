import type { Call, Result } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import type { Asked, Way } from './batch-input.ts'

/** What one request decided, and what has to be asked again in smaller batches. */
export interface Outcome {
  results: Result[]
  again: Asked[][]
}

/** Where a batch goes, and how. */
export interface Sending {
  client: Client
  object: string
  way: Way
  /** Which keys have a record; undefined where HubSpot does not keep them apart, or does not say. */
  look(keys: readonly string[], call: Call): Promise<ReadonlyMap<string, string> | undefined>
}
