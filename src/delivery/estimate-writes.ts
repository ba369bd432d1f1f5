import type { State } from '../state/state.ts'
import type { CallCounts } from './call.ts'
import type { ConnectorSession } from './connector-session.ts'

/** What sending the planned changes would come to. */
export interface Estimate {
  calls: CallCounts
  created: number
  updated: number
}

/** Prices the planned changes: a write for each batch, and the reads of what may be filled. */
export async function estimateWrites(
  state: State,
  { name, session }: ConnectorSession,
  runId: string,
): Promise<Estimate> {
  const sizes = new Map<string, { changes: number; asking: number }>()
  const actions = { create: 0, update: 0, retire: 0 }
  for await (const page of state.changes.planned(runId, name)) {
    for (const { object, remoteId, ifEmpty, action } of page) {
      actions[action]++
      const kind = `${object} ${remoteId === null}`
      const { changes, asking } = sizes.get(kind) ?? { changes: 0, asking: 0 }
      const asks = remoteId !== null && ifEmpty.length > 0
      sizes.set(kind, { changes: changes + 1, asking: asking + Number(asks) })
    }
  }
  const batches = (changes: number) => Math.ceil(changes / session.limits.maxBatch)
  return {
    calls: {
      read: sum([...sizes.values()].map(({ asking }) => batches(asking))),
      write: sum([...sizes.values()].map(({ changes }) => batches(changes))),
    },
    created: actions.create,
    updated: actions.update,
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
