import type { AccountRow, Database } from './tables.ts'

/**
 * The next accounts after one, best first. What comes after it lies in four ranges of the index, each read only where
 * the one before did not fill the page: one condition for all of them would read the index from its start each time.
 */
export async function bestFirstPage(
  db: Database,
  after: AccountRow | undefined,
  size: number,
): Promise<AccountRow[]> {
  const inOrder = db
    .selectFrom('accounts')
    .selectAll()
    .where('retired', 'is', null)
    .orderBy('score', 'desc')
    .orderBy('signals30', 'desc')
    .orderBy('lastSeen', 'desc')
    .orderBy('domain')
  if (after === undefined) return inOrder.limit(size).execute()

  const sameScore = inOrder.where('score', '=', after.score)
  const sameSignals = sameScore.where('signals30', '=', after.signals30)
  const ranges = [
    sameSignals.where('lastSeen', '=', after.lastSeen).where('domain', '>', after.domain),
    sameSignals.where('lastSeen', '<', after.lastSeen),
    sameScore.where('signals30', '<', after.signals30),
    inOrder.where('score', '<', after.score),
  ]
  const page: AccountRow[] = []
  for (const range of ranges) {
    if (page.length < size) page.push(...(await range.limit(size - page.length).execute()))
  }
  return page
}
