import type { RelatedKind, RelatedRecord } from '../domain/related-record.ts'
import { atomically, lookUp, upsert } from './rows/batches.ts'
import { fromJson, fromTimeOrNull, toJson, toTimeOrNull } from './rows/codec.ts'
import type { Database, RelatedRecordRow } from './rows/tables.ts'

export type RelatedRecords = ReturnType<typeof relatedRecordsOf>

/** Leads and contacts that stand beside the records of accounts. */
export function relatedRecordsOf(db: Database) {
  const found = (connector: string, kind: RelatedKind) =>
    db.selectFrom('relatedRecords').selectAll().where('connector', '=', connector).where('kind', '=', kind)

  return {
    /** In place of what was there by connector, kind and key. */
    put: (batch: readonly RelatedRecord[]): Promise<void> =>
      atomically(db, inside =>
        upsert(inside, 'relatedRecords', ['connector', 'kind', 'key'], batch.map(toRow)),
      ),

    /** Of a page of accounts, by domain. */
    async ofDomains(
      connector: string,
      kind: RelatedKind,
      domains: readonly string[],
    ): Promise<Map<string, RelatedRecord[]>> {
      const rows = await lookUp(domains, some =>
        found(connector, kind).where('domain', 'in', some).orderBy('key').execute(),
      )
      return Map.groupBy(rows.map(toRelated), ({ domain }) => domain)
    },

    /** Of a page of keys, by key. */
    async get(
      connector: string,
      kind: RelatedKind,
      keys: readonly string[],
    ): Promise<Map<string, RelatedRecord>> {
      const rows = await lookUp(keys, some => found(connector, kind).where('key', 'in', some).execute())
      return new Map(rows.map(row => [row.key, toRelated(row)]))
    },

    remove: (connector: string, kind: RelatedKind, keys: readonly string[]): Promise<void> =>
      atomically(db, async inside => {
        await lookUp(keys, some =>
          inside
            .deleteFrom('relatedRecords')
            .where('connector', '=', connector)
            .where('kind', '=', kind)
            .where('key', 'in', some)
            .returning('key')
            .execute(),
        )
      }),

    async countOpen(connector: string, kind: RelatedKind): Promise<number> {
      const row = await db
        .selectFrom('relatedRecords')
        .select(({ fn }) => fn.countAll<number>().as('records'))
        .where('connector', '=', connector)
        .where('kind', '=', kind)
        .where('status', '=', 'open')
        .executeTakeFirstOrThrow()
      return row.records
    },
  }
}

const toRow = ({ delivered, madeAt, closedAt, ...record }: RelatedRecord): RelatedRecordRow => ({
  connector: record.connector,
  kind: record.kind,
  key: record.key,
  domain: record.domain,
  object: record.object,
  remoteId: record.remoteId,
  status: record.status,
  fields: toJson(delivered.fields),
  asOf: toTimeOrNull(delivered.asOf),
  madeAt: toTimeOrNull(madeAt),
  closedAt: toTimeOrNull(closedAt),
})

const toRelated = ({ fields, asOf, madeAt, closedAt, ...row }: RelatedRecordRow): RelatedRecord => ({
  ...row,
  delivered: { fields: fromJson(fields), asOf: fromTimeOrNull(asOf) },
  madeAt: fromTimeOrNull(madeAt),
  closedAt: fromTimeOrNull(closedAt),
})
