import type { Call, Failure, Result } from '../../../src/contract/index.ts'
import { halves } from '../http/chunks.ts'
import { REFUSALS } from '../http/errors.ts'
import { type Asked, failed } from './batch-input.ts'
import type { Outcome, Sending } from './sending.ts'

/**
 * Changes of which at least one was refused, and nobody knows which. Sent again in smaller batches, the bad one stands
 * alone. A create that may have gone through is looked for before; where that can't be, its outcome is unknown.
 */
export async function ofNobody(
  { way, look }: Sending,
  open: readonly Asked[],
  refusal: Failure,
  call: Call,
): Promise<Outcome> {
  const unknown = () => ({ results: open.map(({ change }) => failed(change, unclaimed(refusal))), again: [] })
  // What passes by itself is for the core to try again, after a while.
  if (!REFUSALS.has(refusal.kind)) return unknown()
  if (way !== 'create') return { results: [], again: halves(open) }
  const keys = open.map(({ input }) => input.id)
  const made = await look(keys, call)
  if (made === undefined) return unknown()
  const results = open.flatMap(({ change, input }): Result[] => {
    const remoteId = made.get(input.id)
    return remoteId === undefined ? [] : [{ key: change.key, status: 'created', remoteId }]
  })
  const missing = open.filter(({ input }) => !made.has(input.id))
  return { results, again: halves(missing).filter(({ length }) => length > 0) }
}

const unclaimed = ({ message, trace }: Failure): Failure => ({
  kind: 'unknown_outcome',
  message: `HubSpot refused a record of this batch, and did not say which: ${message}`,
  ...(trace === undefined ? {} : { trace }),
})
