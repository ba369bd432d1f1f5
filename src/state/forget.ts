import { atomically, chunks, VALUES_PER_LOOKUP } from './batches.ts'
import { peopleOf } from './people.ts'
import { type DomainTable, removeDomains } from './remove-domains.ts'
import type { Database } from './tables.ts'

const BY_CONNECTOR: readonly DomainTable[] = [
  'links',
  'ambiguities',
  'absences',
  'ignored',
  'candidates',
  'delivered',
  'changes',
  'rejections',
  'relatedRecords',
  'notices',
]

/** Removes everything that is kept of these accounts. Returns how many were there. */
export const forget = (db: Database, domains: readonly string[]): Promise<number> =>
  atomically(db, async inside => {
    for (const table of BY_CONNECTOR) await removeDomains(inside, table, domains)
    return removeAccounts(inside, domains)
  })

/**
 * Ends the memory of retired accounts once their fields are cleared. What people decided (links by hand, ignored ones)
 * stays for the day that the account comes back, and so do the changes, for `revert`.
 */
export const forgetRetired = (db: Database, domains: readonly string[]): Promise<number> =>
  atomically(db, async inside => {
    for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
      await inside.deleteFrom('links').where('domain', 'in', some).where('linkedBy', '<>', 'hand').execute()
    }
    for (const table of ['ambiguities', 'absences', 'delivered', 'rejections', 'relatedRecords'] as const) {
      await removeDomains(inside, table, domains)
    }
    return removeAccounts(inside, domains)
  })

async function removeAccounts(db: Database, domains: readonly string[]): Promise<number> {
  await peopleOf(db).remove(domains)
  let removed = 0
  for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
    await db.deleteFrom('stageChanges').where('domain', 'in', some).execute()
    await db.deleteFrom('riskChanges').where('domain', 'in', some).execute()
    const result = await db.deleteFrom('accounts').where('domain', 'in', some).executeTakeFirst()
    removed += Number(result.numDeletedRows)
  }
  return removed
}
