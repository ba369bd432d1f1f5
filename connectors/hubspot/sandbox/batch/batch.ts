import type { z } from 'zod'
import { associate, associatedObjects } from '../portal/associate.ts'
import { type Checked, type Claims, checkWrite } from '../portal/check-write.ts'
import { joinCompany } from '../portal/company-of-contact.ts'
import { locate, refuseDuplicates } from '../portal/locate.ts'
import type { Portal, PortalObject } from '../portal/portal.ts'
import { store } from '../portal/store.ts'
import type { StoredRecord } from '../portal/stored-record.ts'
import { answerOf, type RecordAnswer, writeAnswerOf } from '../rest/record-answer.ts'
import { badRequest, Refusal } from '../rest/refusal.ts'
import type { Version } from '../rest/version.ts'
import { type BatchAnswer, batchAnswer, type ItemError, notFoundError } from './batch-answer.ts'
import type { changeRequest, createRequest, NewAssociations, readRequest } from './batch-request.ts'

type Inputs = z.infer<typeof changeRequest>['inputs']

/** One input, and the record that it is about. */
interface Item {
  record: StoredRecord | null
  properties: Readonly<Record<string, string>>
  associations: NewAssociations
  trace: string | undefined
  /** On an upsert the answer says whether the record is new. */
  tellsNew: boolean
}

export function batchRead(
  { clock }: Portal,
  object: PortalObject,
  request: z.infer<typeof readRequest>,
): BatchAnswer {
  const asked = request.inputs.map(({ id }) => ({ id, record: locate(object, id, request.idProperty) }))
  refuseDuplicates(asked.map(({ id }) => ({ id, record: undefined })))
  // Two ids that were merged into one record get one answer.
  const records = new Set(asked.flatMap(({ record }) => record ?? []))
  const missing = asked.filter(({ record }) => record === undefined).map(({ id }) => id)
  const results = [...records].map(record =>
    answerOf(object, record, request.properties, request.propertiesWithHistory),
  )
  return batchAnswer(clock, results, notFoundError(missing, object.type.singular))
}

export function batchCreate(
  portal: Portal,
  object: PortalObject,
  inputs: z.infer<typeof createRequest>['inputs'],
  version: Version,
): BatchAnswer {
  const items = inputs.map(({ properties, associations, objectWriteTraceId: trace }) => ({
    record: null,
    properties,
    associations,
    trace,
    tellsNew: false,
  }))
  return write(
    { portal, object, version, eachAnswers: portal.settings.batchErrors !== 'creates_too' },
    items,
    [],
  )
}

export function batchUpdate(
  portal: Portal,
  object: PortalObject,
  inputs: Inputs,
  version: Version,
): BatchAnswer {
  const asked = inputs.map(input => ({ ...input, record: locate(object, input.id, input.idProperty) }))
  refuseDuplicates(asked)
  const items = asked.flatMap(({ record, properties, objectWriteTraceId: trace }) =>
    record === undefined ? [] : { record, properties, associations: [], trace, tellsNew: false },
  )
  return write(
    { portal, object, version, eachAnswers: portal.settings.batchErrors === 'each' },
    items,
    missingIds(asked),
  )
}

export function batchUpsert(
  portal: Portal,
  object: PortalObject,
  inputs: Inputs,
  version: Version,
): BatchAnswer {
  const asked = inputs.map(({ idProperty, ...input }) => {
    if (idProperty === undefined) throw badRequest('idProperty is required to upsert')
    return { ...input, idProperty, record: locate(object, input.id, idProperty) }
  })
  refuseDuplicates(asked)
  const items = asked.map(({ id, idProperty, record, properties, objectWriteTraceId: trace }) => ({
    record: record ?? null,
    properties: record === undefined ? { [idProperty]: id, ...properties } : properties,
    associations: [],
    trace,
    tellsNew: true,
  }))
  return write({ portal, object, version, eachAnswers: portal.settings.batchErrors === 'each' }, items, [])
}

export function batchArchive(portal: Portal, object: PortalObject, ids: readonly string[]): void {
  const asked = ids.map(id => ({ id, record: locate(object, id, undefined) }))
  refuseDuplicates(asked)
  for (const { record } of asked) {
    if (record !== undefined) object.table.archive(record, portal.clock.now())
  }
}

const missingIds = (asked: readonly { id: string; record: StoredRecord | undefined }[]) =>
  asked.filter(({ record }) => record === undefined).map(({ id }) => id)

interface Batch {
  portal: Portal
  object: PortalObject
  version: Version
  /** Whether the good ones go through where each input has a trace id of its own. */
  eachAnswers: boolean
}

/** All or nothing, unless each input may answer for itself. */
function write(batch: Batch, items: readonly Item[], missing: readonly string[]): BatchAnswer {
  const { portal, object } = batch
  const claims: Claims = new Map()
  const checked = items.map(item => ({ item, outcome: check(batch, item, claims) }))
  const errors: ItemError[] = []
  for (const { item, outcome } of checked) {
    if (!('problem' in outcome)) continue
    const { status, ...body } = outcome.problem
    const { telling = 'usual' } = outcome
    if (telling === 'whole' || (telling === 'usual' && !spares(batch, items))) throw new Refusal(status, body)
    const whose = telling === 'unnamed' ? {} : { context: { objectWriteTraceId: [item.trace ?? ''] } }
    errors.push({ status: 'error', ...body, ...whose })
  }
  const results = checked.flatMap(({ item, outcome }) =>
    'values' in outcome ? carriedOut(portal, object, item, outcome.values) : [],
  )
  return batchAnswer(portal.clock, results, [...notFoundError(missing, object.type.singular), ...errors])
}

function check({ portal, object, version }: Batch, item: Item, claims: Claims): Checked {
  const associated = associatedObjects(portal, object, item.associations)
  return checkWrite(portal, object, { ...item, associated, version }, claims)
}

function spares({ eachAnswers }: Batch, items: readonly Item[]): boolean {
  const traces = items.flatMap(({ trace }) => trace ?? [])
  return eachAnswers && new Set(traces).size === items.length
}

function carriedOut(
  portal: Portal,
  object: PortalObject,
  item: Item,
  values: Readonly<Record<string, string>>,
): RecordAnswer {
  const record = store(portal, object, item.record, values)
  associate(portal, object, record, item.associations)
  if (item.record === null) joinCompany(portal, object, record)
  return {
    ...writeAnswerOf(object, record, item.properties),
    ...(item.trace === undefined ? {} : { objectWriteTraceId: item.trace }),
    ...(item.tellsNew ? { new: item.record === null } : {}),
  }
}
