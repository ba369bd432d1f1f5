import { Hono } from 'hono'
import type { Field } from '../org/field.ts'
import { readJsonValue } from '../org/field-value.ts'
import { parseId } from '../org/id.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { isDeleted, type StoredRecord } from '../org/stored-record.ts'
import { urlOf } from '../soql/soql-run.ts'
import { type Row, readJsonRow } from '../write/row.ts'
import { externalIdField, holdersOf, upsert } from '../write/upsert.ts'
import { insert, remove, update } from '../write/write.ts'
import { refusalOf, shownRecord } from './record-answer.ts'
import { notFound, parserError, type Refusal, refusal } from './refusal.ts'
import {
  type ApiContext,
  type ApiEnv,
  baseOf,
  bodyOf,
  callerOf,
  type JsonObject,
  objectOf,
} from './request-parts.ts'

/** `/sobjects/Account` and below: one record a call, by id or by an external id. */
export function recordRoutes(org: Org): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  const object = (context: ApiContext) =>
    objectOf(org, context.get('user'), context.req.param('object') ?? '')

  routes.post('/:object', async context => {
    const row = rowOf(org, context, object(context), await bodyOf(context))
    const outcome = insert(org, callerOf(context), object(context), row)
    if (!outcome.success) throw refusalOf(outcome)
    return context.json({ id: outcome.id, success: true, errors: outcome.errors }, 201)
  })
  routes.get('/:object/:id', context => {
    const record = liveRecord(org, object(context), context.req.param('id'))
    return context.json(answer(org, context, object(context), record))
  })
  routes.patch('/:object/:id', async context => {
    const row = rowOf(org, context, object(context), await bodyOf(context))
    const outcome = update(org, callerOf(context), object(context), context.req.param('id'), row)
    if (!outcome.success) throw singleRefusal(outcome)
    return context.body(null, 204)
  })
  routes.delete('/:object/:id', context => {
    const outcome = remove(org, callerOf(context), object(context), context.req.param('id'))
    if (!outcome.success) throw singleRefusal(outcome)
    return context.body(null, 204)
  })
  routes.get('/:object/:field/:value', context => {
    const type = object(context)
    const key = externalIdField(org, context.get('user'), type, context.req.param('field'))
    const id = onlyHolder(org, context, type, key)
    if (id === undefined) throw notFound()
    return context.json(answer(org, context, type, liveRecord(org, type, id)))
  })
  routes.patch('/:object/:field/:value', async context => upsertOne(org, context, object(context)))
  routes.delete('/:object/:field/:value', context => {
    const type = object(context)
    const key = externalIdField(org, context.get('user'), type, context.req.param('field'))
    const id = onlyHolder(org, context, type, key)
    if (id === undefined) throw notFound()
    const outcome = remove(org, callerOf(context), type, id)
    if (!outcome.success) throw singleRefusal(outcome)
    return context.body(null, 204)
  })
  return routes
}

async function upsertOne(org: Org, context: ApiContext, object: ObjectType): Promise<Response> {
  const key = externalIdField(org, context.get('user'), object, context.req.param('field') ?? '')
  const row = rowOf(org, context, object, await bodyOf(context))
  if (row.values.has(key)) {
    throw refusal(400, 'INVALID_FIELD', `The ${key.name} field should not be specified in the sobject data.`)
  }
  const value = readJsonValue(key, context.req.param('value') ?? '')
  if (!value.ok) throw parserError(value.problem)
  onlyHolder(org, context, object, key)
  const keyed: Row = { values: new Map([...row.values, [key, value.value]]), errors: row.errors }
  const outcome = upsert(org, callerOf(context), object, key, keyed)
  if (!outcome.success) throw singleRefusal(outcome)
  const { id, created } = outcome
  return context.json({ id, success: true, errors: [], created }, created ? 201 : 200)
}

/** The id of the record with the value; a 300 with all their URLs where there are several. */
function onlyHolder(org: Org, context: ApiContext, object: ObjectType, key: Field): string | undefined {
  const holders = holdersOf(org, object, key, context.req.param('value') ?? '')
  if (holders.length > 1) throw new SeveralRecords(holders.map(id => urlOf(baseOf(context), object, id)))
  return holders[0]
}

/** Thrown where an external id that need not be unique fits several records: the answer is a 300. */
export class SeveralRecords extends Error {
  readonly urls: readonly string[]

  constructor(urls: readonly string[]) {
    super(`${urls.length} records found`)
    this.name = 'SeveralRecords'
    this.urls = urls
  }
}

function rowOf(org: Org, context: ApiContext, object: ObjectType, body: JsonObject): Row {
  if ('Id' in body || 'id' in body) {
    throw refusal(400, 'INVALID_FIELD', 'The Id field should not be specified in the sobject data.')
  }
  return readJsonRow(org, context.get('user'), object, body)
}

function liveRecord(org: Org, object: ObjectType, givenId: string): StoredRecord {
  const id = parseId(givenId)
  if (id === undefined || !id.startsWith(object.keyPrefix)) {
    const message = `Provided external ID field does not exist or is not accessible: ${givenId}`
    throw notFound(message)
  }
  const record = org.table(object.name).get(id)
  if (record === undefined || isDeleted(record)) throw notFound()
  return record
}

function answer(org: Org, context: ApiContext, object: ObjectType, record: StoredRecord) {
  const fields =
    context.req
      .query('fields')
      ?.split(',')
      .map(name => name.trim()) ?? null
  return shownRecord(org, context.get('user'), object, record, { fields, base: baseOf(context) })
}

/** An id that never was is a 404 here, where collections call it a wrong cross reference. */
function singleRefusal(outcome: Parameters<typeof refusalOf>[0]): Refusal {
  const missing =
    outcome.errors[0]?.statusCode === 'INVALID_CROSS_REFERENCE_KEY' && outcome.errors[0].fields.length === 0
  return missing ? notFound() : refusalOf(outcome)
}
