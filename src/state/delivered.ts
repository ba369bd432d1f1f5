import type { Delivered } from '../domain/planned-change.ts'
import { atomically, lookUp, upsert } from './rows/batches.ts'
import { fromJson, fromTimeOrNull, toJson, toTimeOrNull } from './rows/codec.ts'
import { removeDomains } from './rows/remove-domains.ts'
import type { Database } from './rows/tables.ts'

/** What the record of an account holds as far as we know. */
export type DeliveredTo = Delivered & { domain: string; object: string }

export type DeliveredValues = ReturnType<typeof deliveredOf>

export function deliveredOf(db: Database) {
  const get = async (connector: string, domains: readonly string[]): Promise<Map<string, DeliveredTo>> => {
    const rows = await lookUp(domains, some =>
      db
        .selectFrom('delivered')
        .selectAll()
        .where('connector', '=', connector)
        .where('domain', 'in', some)
        .execute(),
    )
    const read = rows.map(({ domain, object, fields, asOf }): [string, DeliveredTo] => [
      domain,
      { domain, object, fields: fromJson(fields), asOf: fromTimeOrNull(asOf) },
    ])
    return new Map(read)
  }

  const put = (connector: string, batch: readonly DeliveredTo[]): Promise<void> =>
    atomically(db, inside => {
      const rows = batch.map(({ domain, object, fields, asOf }) => ({
        connector,
        domain,
        object,
        fields: toJson(fields),
        asOf: toTimeOrNull(asOf),
      }))
      return upsert(inside, 'delivered', ['connector', 'domain'], rows)
    })

  return {
    /** Of a page of domains. */
    get,

    /** In place of what was there. */
    put,

    /** Over what was there, field by field. A null `asOf` (values that were read, not written) keeps the one before. */
    merge: (connector: string, batch: readonly DeliveredTo[]): Promise<void> =>
      atomically(db, async inside => {
        const domains = batch.map(each => each.domain)
        const before = await deliveredOf(inside).get(connector, domains)
        const merged = batch.map(now => {
          const old = before.get(now.domain)
          if (old === undefined || old.object !== now.object) return now
          return { ...now, fields: { ...old.fields, ...now.fields }, asOf: now.asOf ?? old.asOf }
        })
        await deliveredOf(inside).put(connector, merged)
      }),

    /** Drops what was read of records that we never wrote. */
    async removeUnwritten(connector: string): Promise<void> {
      await db.deleteFrom('delivered').where('connector', '=', connector).where('asOf', 'is', null).execute()
    },

    remove: (connector: string, domains: readonly string[]): Promise<void> =>
      atomically(db, inside => removeDomains(inside, 'delivered', domains, connector)),
  }
}
