import type { Config } from '../../config/config.ts'
import { chunked } from '../../delivery/read/chunked.ts'
import type { Scoring } from '../../scoring/score.ts'
import type { State } from '../../state/state.ts'

/** Rows of one statement's worth many times over, about a megabyte of people. */
const PEOPLE_AT_ONCE = 1_000

/**
 * Keeps the people of accounts where a mapping makes contacts or leads of them; nobody's email is kept otherwise, and what
 * was kept before ends. To be run in the transaction of the step.
 */
export async function rememberPeople(
  { connectors }: Pick<Config, 'connectors'>,
  scoring: Pick<Scoring, 'people'>,
  state: State,
): Promise<void> {
  const isWanted = Object.values(connectors).some(
    ({ mapping }) => mapping.people !== null || mapping.leads !== null,
  )
  if (!isWanted) return state.people.clear()
  for await (const people of chunked(scoring.people(), PEOPLE_AT_ONCE)) await state.people.remember(people)
}
