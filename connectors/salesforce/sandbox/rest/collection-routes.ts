import { Hono } from 'hono'
import { parseId } from '../org/id.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { isDeleted } from '../org/stored-record.ts'
import { rowError } from '../write/outcome.ts'
import { type Row, readJsonRow } from '../write/row.ts'
import { externalIdField, holdersOf, sharedKeys, upsert } from '../write/upsert.ts'
import { insert, remove, update } from '../write/write.ts'
import { type BatchRow, writeBatch } from '../write/write-batch.ts'
import { shownOutcome, shownRecord } from './record-answer.ts'
import { parserError, refusal } from './refusal.ts'
import {
  type ApiContext,
  type ApiEnv,
  baseOf,
  bodyOf,
  callerOf,
  isJsonObject,
  type JsonObject,
  listOf,
  objectOf,
} from './request-parts.ts'

const MAX_RECORDS = 200
/** POST reads more than GET, whose ids stand in the URL. */
const MAX_READ_RECORDS = 2_000

/** `/composite/sobjects`: up to 200 records a call, each with its own outcome. */
export function collectionRoutes(org: Org): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  routes.post('/', async context => {
    const body = await bodyOf(context)
    const records = recordsOf(body)
    const rows = records.map((json): BatchRow => {
      const object = typeOf(org, context, json)
      const row = readJsonRow(org, context.get('user'), object, json)
      return { object: object.name, row, write: () => insert(org, callerOf(context), object, row) }
    })
    return answer(org, context, rows, body.allOrNone === true)
  })
  routes.patch('/', async context => {
    const body = await bodyOf(context)
    const rows = recordsOf(body).map(json => updateRow(org, context, json))
    return answer(org, context, rows, body.allOrNone === true)
  })
  routes.delete('/', context => {
    const ids = (context.req.query('ids') ?? '').split(',').filter(id => id !== '')
    checkCount(ids.length, MAX_RECORDS)
    const rows = ids.map(id => deleteRow(org, context, id))
    return answer(org, context, rows, context.req.query('allOrNone') === 'true')
  })
  routes.get('/:object', context => {
    const ids = (context.req.query('ids') ?? '').split(',')
    const fields = (context.req.query('fields') ?? '').split(',')
    return read(org, context, ids, fields)
  })
  routes.post('/:object', async context => {
    const { ids, fields } = await bodyOf(context)
    return read(org, context, textsOf(ids, 'ids'), textsOf(fields, 'fields'))
  })
  routes.patch('/:object/:field', async context => {
    const body = await bodyOf(context)
    return answer(org, context, upsertRows(org, context, recordsOf(body)), body.allOrNone === true)
  })
  return routes
}

function answer(org: Org, context: ApiContext, rows: readonly BatchRow[], allOrNone: boolean) {
  // Before anything is written: afterwards every key is taken.
  const created = rows.map(({ makes }) => makes?.())
  const outcomes = writeBatch(org, rows, allOrNone)
  return context.json(outcomes.map((outcome, at) => shownOutcome(outcome, created[at])))
}

function recordsOf(body: JsonObject): JsonObject[] {
  const records = listOf(body, 'records')
  checkCount(records.length, MAX_RECORDS)
  return records
}

function checkCount(count: number, most: number): void {
  if (count > most) {
    throw refusal(
      400,
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${most} records into this call`,
    )
  }
}

function typeOf(org: Org, context: ApiContext, json: JsonObject): ObjectType {
  const { attributes } = json
  const name = isJsonObject(attributes) ? attributes.type : undefined
  if (typeof name !== 'string') {
    throw refusal(400, 'INVALID_INPUT', 'The attributes.type of each record must be given')
  }
  return objectOf(org, context.get('user'), name)
}

const NO_FIELDS: Row = { values: new Map(), errors: [] }

function updateRow(org: Org, context: ApiContext, json: JsonObject): BatchRow {
  const object = typeOf(org, context, json)
  const row = readJsonRow(org, context.get('user'), object, json)
  const id = json.id ?? json.Id
  if (typeof id !== 'string') {
    const refused = rowError('MISSING_ARGUMENT', 'Id not specified in an update call', 'Id')
    return { object: object.name, row: NO_FIELDS, refused, write: never }
  }
  return { object: object.name, id, row, write: () => update(org, callerOf(context), object, id, row) }
}

function never(): never {
  throw new Error('a row that was refused is not written')
}

function deleteRow(org: Org, context: ApiContext, givenId: string): BatchRow {
  const id = parseId(givenId)
  const object = id === undefined ? undefined : org.catalogue.ofPrefix(id.slice(0, 3))
  if (id === undefined || object === undefined) {
    const refused = rowError('MALFORMED_ID', `malformed id ${givenId}`, 'Id')
    return { object: '', row: NO_FIELDS, refused, write: never }
  }
  return { object: object.name, id, row: NO_FIELDS, write: () => remove(org, callerOf(context), object, id) }
}

function upsertRows(org: Org, context: ApiContext, records: readonly JsonObject[]): BatchRow[] {
  const user = context.get('user')
  const object = objectOf(org, user, context.req.param('object') ?? '')
  const key = externalIdField(org, user, object, context.req.param('field') ?? '')
  for (const json of records) {
    const named = typeOf(org, context, json)
    if (named !== object) {
      throw refusal(400, 'INVALID_INPUT', `an upsert is for one type: ${object.name}, not ${named.name}`)
    }
  }
  if (key.type === 'id') return records.map(json => upsertByIdRow(org, context, object, json))
  const rows = records.map(json => readJsonRow(org, user, object, json))
  const shared = sharedKeys(rows, key)
  return rows.map((row): BatchRow => {
    const refused = shared(row)
    return {
      object: object.name,
      row,
      ...(refused === undefined ? {} : { refused }),
      makes: () => holdersOf(org, object, key, row.values.get(key) ?? null).length === 0,
      write: () => upsert(org, callerOf(context), object, key, row),
    }
  })
}

/** With an `Id` it is an update, without one a new record. */
function upsertByIdRow(org: Org, context: ApiContext, object: ObjectType, json: JsonObject): BatchRow {
  if ((json.id ?? json.Id) !== undefined) return { ...updateRow(org, context, json), makes: () => false }
  const row = readJsonRow(org, context.get('user'), object, json)
  const write = () => insert(org, callerOf(context), object, row)
  return { object: object.name, row, makes: () => true, write }
}

function textsOf(list: unknown, name: string): string[] {
  if (Array.isArray(list) && list.every(one => typeof one === 'string')) return list
  throw parserError(`the HTTP entity body needs a list of texts in ${name}`)
}

function read(org: Org, context: ApiContext, ids: readonly string[], fields: readonly string[]): Response {
  const object = objectOf(org, context.get('user'), context.req.param('object') ?? '')
  checkCount(ids.length, MAX_READ_RECORDS)
  const records = ids.map(given => {
    const id = parseId(given)
    if (id === undefined) throw refusal(400, 'MALFORMED_ID', `malformed id ${given}`)
    const record = org.table(object.name).get(id)
    if (record === undefined || isDeleted(record)) return null
    return shownRecord(org, context.get('user'), object, record, { fields, base: baseOf(context) })
  })
  return context.json(records)
}
