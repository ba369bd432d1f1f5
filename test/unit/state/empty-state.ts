import { inject, onTestFinished } from 'vitest'
import { openState, type State } from '../../../src/state/state.ts'
import { newSchema } from '../../postgres/new-schema.ts'

/**
 * A state with nothing in it, for one test. The project that runs the test says which database it is in: each of these
 * tests runs once in SQLite (`unit`), and once in PostgreSQL (`postgres`).
 */
export async function emptyState(): Promise<State> {
  const place = inject('stateIn') === 'sqlite' ? 'sqlite::memory:' : await newSchema()
  const state = await openState(place)
  onTestFinished(() => state.close())
  return state
}
