import { distance } from 'fastest-levenshtein'
import { EXIT, UserError } from '../domain/errors.ts'
import type { Run } from '../state/runs.ts'
import type { State } from '../state/state.ts'

/** Runs among which the nearest are looked for; the newest is what people mean. */
const RUNS_LOOKED_AT = 100
const NEAREST_NAMED = 3

/**
 * The run of this id, or the newest where it is `last`.
 * @throws UserError (exit 2) where there is none, with the nearest ids
 */
export async function runCalled(state: State, id: string): Promise<Run> {
  const run = id === 'last' ? (await state.runs.list(1))[0] : await state.runs.get(id)
  if (run !== undefined) return run
  const known = (await state.runs.list(RUNS_LOOKED_AT)).map(each => each.id)
  const nearest = known.sort((a, b) => distance(id, a) - distance(id, b)).slice(0, NEAREST_NAMED)
  const named = nearest.length === 0 ? '' : `Nearest: ${nearest.join(', ')}. `
  throw new UserError(id === 'last' ? 'there is no run yet' : `no run is called ${id}`, {
    exitCode: EXIT.usage,
    hint: `${named}oql runs lists them.`,
  })
}
