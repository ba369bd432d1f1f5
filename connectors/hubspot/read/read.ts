import {
  type Call,
  type Failure,
  type Query,
  type RemoteRecord,
  RequestFailed,
  SessionFault,
} from '../../../src/contract/index.ts'
import type { BatchAnswer, HubSpotRecord } from '../http/answers.ts'
import { chunks, halves } from '../http/chunks.ts'
import type { Client } from '../http/client.ts'
import { statusCode } from '../http/errors.ts'
import { MAX_BATCH } from '../http/limits.ts'
import type { Search } from '../http/requests.ts'
import { capabilities, changedProperty, contacts, uniqueProperty } from '../objects.ts'
import { batchRead, missing, readMany } from './batch-read.ts'
import type { Types } from './fields.ts'
import { searchAll } from './search.ts'
import { fromWire } from './values.ts'

/** Values in one `IN`: HubSpot names no maximum, 50 to 100 are in use. */
export const VALUES_PER_SEARCH = 100

/** Most records on a page of the list. */
export const LIST_PAGE = 100

/** Old ids of a record, separated by `;`: where the records that were merged into it went. */
const MERGED_IDS = 'hs_merged_object_ids'

const RECORD_ID = /^\d+$/

type Found = { record: HubSpotRecord; askedId?: string }

/** Every record that the query means, its fields typed. */
export async function* read(
  client: Client,
  query: Query,
  fields: readonly string[],
  types: Types,
  call: Call,
): AsyncIterable<RemoteRecord> {
  for await (const found of find(client, query, [...fields], call)) yield remoteRecord(found, fields, types)
}

function find(client: Client, query: Query, properties: string[], call: Call): AsyncIterable<Found> {
  if ('all' in query) return list(client, query.object, properties, call)
  if ('ids' in query) return byIds(client, query.object, query.ids, properties, call)
  if ('changedSince' in query) {
    return search(client, query.object, unlinkedSince(query.object, query.changedSince), properties, call)
  }
  if (!capabilities.readBy[query.object]?.includes(query.by)) {
    throw new SessionFault('bug', `HubSpot ${query.object} can't be looked up by ${query.by}`)
  }
  const values = [...new Set(query.values.map(value => value.toLowerCase()))]
  return query.by === uniqueProperty(query.object)
    ? byKey(client, query.object, { values, idProperty: query.by }, properties, call)
    : byValues(client, query.object, query.by, values, properties, call)
}

async function* list(client: Client, object: string, properties: string[], call: Call): AsyncIterable<Found> {
  let after: string | undefined
  do {
    const page = await client.page(object, properties, LIST_PAGE, after, call)
    for (const record of page.results) yield { record }
    after = page.paging?.next?.after
  } while (after !== undefined)
}

async function* search(
  client: Client,
  object: string,
  filters: Search['filters'],
  properties: string[],
  call: Call,
): AsyncIterable<Found> {
  for await (const record of searchAll(client, object, filters, properties, call)) yield { record }
}

async function* byValues(
  client: Client,
  object: string,
  by: string,
  values: readonly string[],
  properties: string[],
  call: Call,
): AsyncIterable<Found> {
  for (const part of chunks(values, VALUES_PER_SEARCH)) {
    yield* search(client, object, [{ propertyName: by, operator: 'IN', values: part }], properties, call)
  }
}

/** By a unique property: a batch read, because a search would not yet know what was just written. */
async function* byKey(
  client: Client,
  object: string,
  keys: { values: readonly string[]; idProperty: string },
  properties: string[],
  call: Call,
): AsyncIterable<Found> {
  for await (const record of readMany(client, object, keys, properties, call)) yield { record }
}

async function* byIds(
  client: Client,
  object: string,
  ids: readonly string[],
  properties: string[],
  call: Call,
): AsyncIterable<Found> {
  // What is no id of HubSpot's is nobody's: asked for, it would fail its whole batch.
  const asked = [...new Set(ids)].filter(id => RECORD_ID.test(id))
  for (const part of chunks(asked, MAX_BATCH)) yield* byFewIds(client, object, part, properties, call)
}

/** Two ids that were merged into one record may fail a batch as duplicates: halved, they stand apart. */
async function* byFewIds(
  client: Client,
  object: string,
  ids: string[],
  properties: string[],
  call: Call,
): AsyncIterable<Found> {
  let answer: BatchAnswer
  try {
    answer = await batchRead(client, object, { values: ids }, [...properties, MERGED_IDS], call)
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.failure.kind !== 'invalid' || ids.length === 1) throw error
    for (const half of halves(ids)) yield* byFewIds(client, object, half, properties, call)
    return
  }
  const owners = await idsNow(client, object, ids, answer.results, missing(answer), call)
  const byId = new Map(answer.results.map(record => [record.id, record]))
  for (const [askedId, id] of owners) {
    const record = byId.get(id)
    if (record !== undefined) yield askedId === id ? { record } : { record, askedId }
  }
}

/**
 * Which record each asked id stands for now; an id that stands for none of `records` is left out. HubSpot answers an
 * id that was merged away with the new record, and does not say which id it answers.
 */
export async function idsNow(
  client: Client,
  object: string,
  asked: readonly string[],
  records: readonly HubSpotRecord[],
  gone: ReadonlySet<string>,
  call: Call,
): Promise<Map<string, string>> {
  const merged = new Map(
    records.flatMap(record => mergedIds(record).map((old): [string, string] => [old, record.id])),
  )
  const found = new Set(records.map(record => record.id))
  const now = new Map<string, string>()
  for (const id of asked) {
    const current = found.has(id) ? id : merged.get(id)
    if (current !== undefined) now.set(id, current)
  }
  const explained = new Set(now.values())
  if (records.every(record => explained.has(record.id))) return now
  for (const id of asked.filter(id => !now.has(id) && !gone.has(id))) {
    const current = await idNow(client, object, id, call)
    if (current !== null) now.set(id, current)
  }
  return now
}

async function idNow(client: Client, object: string, id: string, call: Call): Promise<string | null> {
  try {
    return (await client.get(object, id, call)).id
  } catch (error) {
    if (error instanceof RequestFailed && isAbsent(error.failure)) return null
    throw error
  }
}

/** A record asked for by its id may be missing without the words for it. */
const isAbsent = ({ kind, code }: Failure) =>
  kind === 'gone' || (kind === 'invalid' && code === statusCode(404))

const mergedIds = (record: HubSpotRecord): string[] =>
  String(record.properties[MERGED_IDS] ?? '')
    .split(';')
    .filter(id => id !== '')

/** Filters of records without our key that were made or changed at or after `since`. A contact carries no key of ours. */
export function unlinkedSince(object: string, since: Date): Search['filters'] {
  const key = uniqueProperty(object)
  const changed = {
    propertyName: changedProperty(object),
    operator: 'GTE',
    value: String(since.getTime()),
  } as const
  return key === undefined || key === contacts.email
    ? [changed]
    : [changed, { propertyName: key, operator: 'NOT_HAS_PROPERTY' }]
}

function remoteRecord({ record, askedId }: Found, fields: readonly string[], types: Types): RemoteRecord {
  const createdAt = new Date(record.createdAt ?? String(record.properties.createdate ?? ''))
  return {
    remoteId: record.id,
    fields: Object.fromEntries(
      fields.map(name => [name, fromWire(record.properties[name], types.get(name))]),
    ),
    createdAt: Number.isNaN(createdAt.getTime()) ? null : createdAt,
    ...(askedId === undefined ? {} : { askedId }),
  }
}
