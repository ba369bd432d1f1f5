import type { Field } from '../../contract/fields.ts'
import type { RemoteRecord } from '../../contract/records.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

/**
 * Records asked for at once: many enough that no connector's batches are cut short (HubSpot's have 100 ids, a query of
 * Salesforce about 400), few enough for memory.
 */
const RECORDS_PER_READ = 2_000

/** Object → field name → field, described when an object is first met. */
export type Described = (object: string) => Promise<ReadonlyMap<string, Field>>

export function describing({ session, call }: ConnectorSession): Described {
  const known = new Map<string, ReadonlyMap<string, Field>>()
  return async object => {
    const before = known.get(object)
    if (before !== undefined) return before
    const fields = new Map((await session.describe(object, call)).map(field => [field.name, field]))
    known.set(object, fields)
    return fields
  }
}

/** What is there of these records, by the id that was asked for. Fields that the CRM does not have are not asked for. */
export async function recordsById(
  { session, call }: ConnectorSession,
  object: string,
  ids: readonly string[],
  fields: readonly string[],
): Promise<ReadonlyMap<string, RemoteRecord>> {
  const records = new Map<string, RemoteRecord>()
  for await (const record of session.read({ object, ids: [...new Set(ids)] }, fields, call)) {
    records.set(record.askedId ?? record.remoteId, record)
  }
  return records
}

/** Items of one object together, a read's worth at a time. */
export async function* readsOf<T extends { object: string }>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  const waiting = new Map<string, T[]>()
  for await (const item of items) {
    const some = waiting.get(item.object) ?? []
    some.push(item)
    waiting.set(item.object, some)
    if (some.length < RECORDS_PER_READ) continue
    waiting.delete(item.object)
    yield some
  }
  yield* waiting.values()
}
