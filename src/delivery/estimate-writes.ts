import type { State } from '../state/state.ts'
import type { ConnectorSession } from './connector-session.ts'

/** The calls that sending the planned changes would take. */
export async function estimateWrites(
  state: State,
  { name, session }: ConnectorSession,
  runId: string,
): Promise<number> {
  const sizes = new Map<string, number>()
  for await (const page of state.changes.planned(runId, name)) {
    for (const { object, remoteId } of page) {
      const kind = `${object} ${remoteId === null}`
      sizes.set(kind, (sizes.get(kind) ?? 0) + 1)
    }
  }
  return [...sizes.values()].reduce(
    (calls, changes) => calls + Math.ceil(changes / session.limits.maxBatch),
    0,
  )
}
