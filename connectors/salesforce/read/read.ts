import { type Call, type Query, type RemoteRecord, SessionFault } from '../../../src/contract/index.ts'
import type { SalesforceRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { capabilities, LEAD } from '../objects.ts'
import type { Catalogue } from './fields.ts'
import type { FirstPages } from './first-pages.ts'
import { all } from './pages.ts'
import { isId, moment, type Select, select, selectsIn, shortId } from './soql.ts'
import { conversions, type MovedTo, survivors } from './successors.ts'
import { timeAt, valueAt } from './values.ts'
import { byWebsite, isWebsite } from './websites.ts'

/** What reading goes by. */
export interface Reader {
  client: Client
  catalogue: Catalogue
  firstPages: FirstPages
}

/** A converted lead is read-only history: its account stands for it. */
const LIVING_LEADS = 'IsConverted = false'

/** Every record that the query means. A merged one comes as its survivor, a converted lead as its account. */
export async function* read(
  reader: Reader,
  query: Query,
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteRecord> {
  if (!capabilities.objects.includes(query.object)) {
    throw new SessionFault('bug', `the Salesforce connector does not read ${query.object}`)
  }
  if ('ids' in query) yield* byIds(reader, query.object, query.ids, fields, call)
  else if ('values' in query) yield* byValues(reader, query, fields, call)
  else yield* everything(reader, soqlOf(query, fields), fields, call)
}

type Unbounded = Exclude<Query, { ids: unknown } | { values: unknown }>

/** What an unbounded query asks for. */
export function whereOf(query: Unbounded): string | undefined {
  const parts = [
    ...(query.object === LEAD ? [LIVING_LEADS] : []),
    ...('changedSince' in query
      ? [`SystemModstamp >= ${moment(query.changedSince)}`, ...unlinked(query.object)]
      : []),
  ]
  return parts.length === 0 ? undefined : parts.join(' AND ')
}

/** A contact has no key of ours. */
function unlinked(object: string): string[] {
  const key = capabilities.key[object]
  return key === undefined ? [] : [`${key} = null`]
}

/** The query for all of an unbounded question. */
export function soqlOf(query: Unbounded, fields: readonly string[]): string {
  const where = whereOf(query)
  return select({ object: query.object, fields, ...(where === undefined ? {} : { where }) })
}

async function* everything(
  { client, firstPages }: Reader,
  soql: string,
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteRecord> {
  const first = firstPages.take(soql)
  const options = { deleted: false, ...(first === undefined ? {} : { first }) }
  for await (const record of all(client, soql, options, call)) yield remoteRecord(record, fields)
}

async function* byValues(
  reader: Reader,
  query: Extract<Query, { values: unknown }>,
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteRecord> {
  const { object, by } = query
  if (!capabilities.readBy[object]?.includes(by)) {
    throw new SessionFault('bug', `Salesforce ${object} can't be looked up by ${by}`)
  }
  if (isWebsite(object, by)) {
    for await (const record of byWebsite(reader.client, query.values, fields, call)) {
      yield remoteRecord(record, fields)
    }
    return
  }
  // Salesforce compares texts without regard to letter case.
  const values = [...new Set(query.values.map(value => value.toLowerCase()))].filter(value => value !== '')
  for (const { soql } of selectsIn(living({ object, fields }), by, values)) {
    for await (const record of all(reader.client, soql, { deleted: false }, call)) {
      yield remoteRecord(record, fields)
    }
  }
  if (object !== LEAD || values.length === 0) return
  const converted = await conversions(reader.client, by, values, call)
  yield* recordsAt(
    reader,
    object,
    new Map(converted.map(({ leadId, movedTo }) => [leadId, movedTo])),
    fields,
    call,
  )
}

async function* byIds(
  reader: Reader,
  object: string,
  ids: readonly string[],
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteRecord> {
  const asked = [...new Set(ids)].filter(isId)
  const found = new Set<string>()
  for await (const { askedId, record } of livingRecords(reader, object, asked, fields, call)) {
    found.add(shortId(record.Id))
    yield remoteRecord(record, fields, askedId)
  }
  const missing = asked.filter(id => !found.has(shortId(id)))
  if (missing.length === 0) return
  const homes = new Map(await homesOf(reader.client, object, missing, call))
  yield* recordsAt(reader, object, homes, fields, call)
}

/** Where records that are not there as such live on, by the id that was asked for. */
async function homesOf(
  client: Client,
  object: string,
  ids: readonly string[],
  call: Call,
): Promise<[string, MovedTo][]> {
  const merged = await survivors(client, object, ids, call)
  const home = (id: string) => merged.get(shortId(id))?.remoteId ?? id
  const converted = object === LEAD ? await conversions(client, 'Id', [...new Set(ids.map(home))], call) : []
  const accounts = new Map(converted.map(({ leadId, movedTo }) => [shortId(leadId), movedTo]))
  return ids.flatMap(id => {
    const movedTo = accounts.get(shortId(home(id))) ?? merged.get(shortId(id))
    return movedTo === undefined ? [] : [[id, movedTo]]
  })
}

/** The records that others became, each as often as it was asked for. An account merged after a conversion is followed. */
export async function* recordsAt(
  reader: Reader,
  askedObject: string,
  homes: ReadonlyMap<string, MovedTo>,
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteRecord> {
  for (const [object, entries] of Map.groupBy(homes, ([, movedTo]) => movedTo.object)) {
    // A field of leads may be none of accounts: it is null there.
    const readable = object === askedObject ? fields : await reader.catalogue.known(object, fields, call)
    const ids = [...new Set(entries.map(([, movedTo]) => movedTo.remoteId))]
    const records = new Map<string, RemoteRecord>()
    for await (const record of byIds(reader, object, ids, readable, call)) {
      records.set(shortId(record.askedId ?? record.remoteId), record)
    }
    for (const [askedId, { remoteId }] of entries) {
      const record = records.get(shortId(remoteId))
      if (record === undefined) continue
      const values = Object.fromEntries(fields.map(name => [name, record.fields[name] ?? null]))
      yield { ...record, fields: values, askedId, ...(object === askedObject ? {} : { object }) }
    }
  }
}

async function* livingRecords(
  { client }: Reader,
  object: string,
  ids: readonly string[],
  fields: readonly string[],
  call: Call,
): AsyncIterable<{ askedId: string; record: SalesforceRecord }> {
  const byShortId = new Map(ids.map(id => [shortId(id), id]))
  for (const { soql } of selectsIn(living({ object, fields }), 'Id', ids)) {
    for await (const record of all(client, soql, { deleted: false }, call)) {
      yield { record, askedId: byShortId.get(shortId(record.Id)) ?? record.Id }
    }
  }
}

const living = ({ object, fields }: Select): Select =>
  object === LEAD ? { object, fields, where: LIVING_LEADS } : { object, fields }

function remoteRecord(
  record: SalesforceRecord,
  fields: readonly string[],
  askedId = record.Id,
): RemoteRecord {
  return {
    remoteId: record.Id,
    fields: Object.fromEntries(fields.map(name => [name, valueAt(record, name)])),
    createdAt: timeAt(record, 'CreatedDate'),
    ...(askedId === record.Id ? {} : { askedId }),
  }
}
