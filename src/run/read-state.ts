import type { Config } from '../config/config.ts'
import { openState, type State } from '../state/state.ts'

/** Looks something up in the state; nothing is made or changed. */
export async function readState<T>(
  { state: place }: Pick<Config, 'state'>,
  work: (state: State) => Promise<T>,
): Promise<T> {
  const state = await openState(place, { readOnly: true })
  try {
    return await work(state)
  } finally {
    await state.close()
  }
}
