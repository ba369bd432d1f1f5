import { inLookups } from './database/in-lookups.ts'
import { pages, ROWS_PER_PAGE, upsert } from './rows/batches.ts'
import { toTime } from './rows/codec.ts'
import type { Database } from './rows/tables.ts'

export type LostLinks = ReturnType<typeof lostLinksOf>

/**
 * Accounts whose record turned out to be gone, until they have one again: what was found of them since, and by which
 * rules, changes nothing of that.
 */
export function lostLinksOf(db: Database) {
  return {
    put: (connector: string, domains: readonly string[], at: Date): Promise<void> =>
      upsert(
        db,
        'lostLinks',
        ['connector', 'domain'],
        domains.map(domain => ({ connector, domain, lostAt: toTime(at), checkedAt: toTime(at) })),
      ),

    /** Pages of accounts that nobody looked for since `before`, in byte order of domain. They may be checked meanwhile. */
    async *unchecked(connector: string, before: Date, size = ROWS_PER_PAGE): AsyncGenerator<string[]> {
      const found = pages<{ domain: string }>(size, after =>
        db
          .selectFrom('lostLinks')
          .select('domain')
          .where('connector', '=', connector)
          .where('checkedAt', '<=', toTime(before))
          .where('domain', '>', after?.domain ?? '')
          .orderBy('domain')
          .limit(size)
          .execute(),
      )
      for await (const page of found) yield page.map(row => row.domain)
    },

    checked: (connector: string, domains: readonly string[], at: Date): Promise<void> =>
      inLookups(domains, some =>
        db
          .updateTable('lostLinks')
          .set({ checkedAt: toTime(at) })
          .where('connector', '=', connector)
          .where('domain', 'in', some)
          .execute(),
      ),

    /** Gives up those that were lost before. */
    async drop(connector: string, before: Date): Promise<void> {
      await db
        .deleteFrom('lostLinks')
        .where('connector', '=', connector)
        .where('lostAt', '<', toTime(before))
        .execute()
    },
  }
}
