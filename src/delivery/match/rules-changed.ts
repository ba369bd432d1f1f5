import { createHash } from 'node:crypto'
import type { Matching } from './matching.ts'

/**
 * Forgets which accounts are absent or ambiguous where that was decided by other rules than today's, so that they are
 * looked for anew. Links stay, and so does what people said.
 */
export async function forgetOtherRules(matching: Matching): Promise<void> {
  const { connector, state } = matching
  const now = nameOfRules(matching)
  const { matching: before } = await state.connectors.get(connector.name)
  if (before === now) return
  await state.transaction(async inside => {
    await inside.matching.forgetFindings(connector.name)
    await inside.connectors.update(connector.name, { matching: now })
  })
}

/** All that decides which record is an account's. */
function nameOfRules({ plan, rules, aliases }: Matching): string {
  const { by, skip, prefer, alsoMatches, key } = rules
  const folded = Object.entries(aliases).sort(([a], [b]) => (a < b ? -1 : 1))
  const parts = [plan.mapping.object, by, skip, prefer, alsoMatches, key, folded]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
