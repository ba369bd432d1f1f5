import type { RemoteRecord } from '../contract/records.ts'
import { lookUp, upsert } from './rows/batches.ts'
import { fromJson, toJson } from './rows/codec.ts'
import type { Database } from './rows/tables.ts'

export type Candidates = ReturnType<typeof candidatesOf>

/**
 * Records that may be an account's, kept between reading a CRM whole and deciding account by account: a CRM does not
 * fit in memory. Worth nothing after that; what a killed run left is cleared before the next read.
 */
export function candidatesOf(db: Database) {
  return {
    clear: async (connector: string): Promise<void> => {
      await db.deleteFrom('candidates').where('connector', '=', connector).execute()
    },

    add: (connector: string, batch: readonly { domain: string; record: RemoteRecord }[]): Promise<void> =>
      upsert(
        db,
        'candidates',
        ['connector', 'domain', 'remoteId'],
        batch.map(({ domain, record }) => ({
          connector,
          domain,
          remoteId: record.remoteId,
          record: toJson(record),
        })),
      ),

    /** Of a page of domains. */
    async get(connector: string, domains: readonly string[]): Promise<Map<string, RemoteRecord[]>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('candidates')
          .select(['domain', 'record'])
          .where('connector', '=', connector)
          .where('domain', 'in', some)
          .execute(),
      )
      const byDomain = Map.groupBy(rows, row => row.domain)
      return new Map(
        byDomain.entries().map(([domain, found]) => [domain, found.map(row => toRecord(row.record))]),
      )
    },
  }
}

function toRecord(text: string): RemoteRecord {
  const { createdAt, ...record } = fromJson<Omit<RemoteRecord, 'createdAt'> & { createdAt: string | null }>(
    text,
  )
  return { ...record, createdAt: createdAt === null ? null : new Date(createdAt) }
}
