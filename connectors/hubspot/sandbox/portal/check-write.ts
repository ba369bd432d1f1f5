import type { Telling } from '../control/faults.ts'
import type { ErrorBody } from '../rest/refusal.ts'
import type { Version } from '../rest/version.ts'
import { LIFECYCLE_STAGES } from './default-properties.ts'
import { FIRST_LEAD_STAGE, LEAD_PIPELINE } from './pipelines.ts'
import type { Portal, PortalObject } from './portal.ts'
import { storedValue, type ValueProblem } from './property-value.ts'
import type { StoredRecord } from './stored-record.ts'
import type { Values } from './table.ts'

/** What a write asks for, before anything is known of it. */
export interface Proposal {
  /** Null: a new one. */
  record: StoredRecord | null
  properties: Readonly<Record<string, string>>
  /** Objects that the new record is associated with. */
  associated: readonly string[]
  version: Version
}

/** Unique values that earlier inputs of the same batch hold: property → value → whose. */
export type Claims = Map<string, Map<string, string>>

export type Checked = { values: Values } | { problem: ErrorBody & { status: number }; telling?: Telling }

/** Whether HubSpot takes a write, and the values as it keeps them. `claims` takes in what this write holds. */
export function checkWrite(
  portal: Portal,
  object: PortalObject,
  proposal: Proposal,
  claims: Claims,
): Checked {
  const { type, catalogue } = object
  const { record, properties } = proposal
  const input = { object: type.name, properties, ...(record === null ? {} : { id: record.id }) }
  const telling = portal.faults.poisoned(input)
  if (telling !== undefined) return { ...refused([POISONED]), telling }
  if (record !== null && Object.keys(properties).length === 0) return { problem: NOTHING }
  const problems: ValueProblem[] = []
  const values: Record<string, string> = {}
  for (const [name, text] of Object.entries(properties)) {
    const property = catalogue.find(name)
    const stored = property === undefined ? unknownProperty(name) : storedValue(property, text, portal)
    if ('value' in stored) values[name] = stored.value
    else problems.push(stored)
  }
  if (problems.length > 0) return refused(problems)
  keepLifecycle(record, values)
  const lacking =
    lackingProblem(object, proposal, values) ??
    ruleProblem(portal, object, proposal, values) ??
    takenProblem(object, record, values, claims)
  if (lacking !== undefined) return { problem: lacking }
  return { values: record === null ? withDefaults(object, values) : values }
}

const NOTHING = { status: 400, category: 'VALIDATION_ERROR', message: 'No properties found to update' }

const POISONED: ValueProblem = {
  name: 'name',
  error: 'INVALID_VALUE',
  message: 'The sandbox was told to refuse this record',
}

const unknownProperty = (name: string): ValueProblem => ({
  name,
  error: 'PROPERTY_DOESNT_EXIST',
  message: `Property "${name}" does not exist`,
})

/** HubSpot puts the list into the message as JSON, and, for some, into `errors` too. */
function refused(problems: readonly ValueProblem[]): { problem: Problem } {
  const list = problems.map(problem => ({ isValid: false, ...problem }))
  return {
    problem: {
      status: 400,
      category: 'VALIDATION_ERROR',
      message: `Property values were not valid: ${JSON.stringify(list)}`,
      errors: problems.map(({ name, error, message }) => ({
        message,
        code: error,
        context: { propertyName: [name] },
      })),
    },
  }
}

/** A lifecycle stage only moves forward: HubSpot drops an earlier one without a word. */
function keepLifecycle(record: StoredRecord | null, values: Record<string, string>): void {
  const place = (stage: string | undefined) => LIFECYCLE_STAGES.indexOf(stage ?? '')
  const wanted = values.lifecyclestage
  if (wanted === undefined || wanted === '') return
  if (place(wanted) < place(record?.properties.lifecyclestage)) delete values.lifecyclestage
}

type Problem = ErrorBody & { status: number }

/** What HubSpot itself wants of a record. */
function lackingProblem(
  { type }: PortalObject,
  { record, associated }: Proposal,
  values: Values,
): Problem | undefined {
  const required = lackingOf(type.required, record, values)
  if (required.length > 0) {
    const message = `Error creating ${type.singular.toUpperCase()}. Some required properties were not set.`
    return invalid(message, 'REQUIRED_PROPERTIES_MISSING', { properties: required })
  }
  if (record === null && type.oneOf.length > 0 && !type.oneOf.some(name => (values[name] ?? '') !== '')) {
    const message = `Some required properties for ${type.singular.toUpperCase()} creates are missing: One of [${type.oneOf.join(', ')}]`
    return invalid(message, 'REQUIRED_PROPERTIES_MISSING', { properties: type.oneOf })
  }
  if (record === null && type.needs !== undefined && !associated.includes(type.needs)) {
    return invalid(
      `A ${type.singular} must be associated with one of ${type.needs}`,
      'ASSOCIATION_REQUIRED',
      {},
    )
  }
  return undefined
}

/** Required ones that the write leaves a record without. */
const lackingOf = (names: readonly string[], record: StoredRecord | null, values: Values): string[] =>
  names.filter(name => values[name] === '' || (record === null && values[name] === undefined))

/** What admins want of it: what a record must have, and what it must have when another property says something. */
function ruleProblem(
  { settings }: Portal,
  { type }: PortalObject,
  { record, version }: Proposal,
  values: Values,
): Problem | undefined {
  if (!version.bindsRules) return undefined
  const required = lackingOf(settings.requiredProperties[type.name] ?? [], record, values)
  if (required.length > 0) return missing('MISSING_REQUIRED_PROPERTY', required)
  const after = { ...record?.properties, ...values }
  const conditional = (settings.conditionalProperties[type.name] ?? [])
    .filter(({ when }) => values[when.property] === when.value)
    .flatMap(rule => rule.required.filter(name => (after[name] ?? '') === ''))
  return conditional.length === 0 ? undefined : missing('MISSING_CONDITIONAL_REQUIRED_PROPERTY', conditional)
}

const missing = (code: string, propertyName: readonly string[]): Problem =>
  invalid(`Missing required properties: ${propertyName.join(', ')}`, code, { propertyName })

function invalid(message: string, code: string, context: Readonly<Record<string, readonly string[]>>) {
  return { status: 400, category: 'VALIDATION_ERROR', message, errors: [{ message, code, context }] }
}

function takenProblem(
  { type, table, catalogue }: PortalObject,
  record: StoredRecord | null,
  values: Values,
  claims: Claims,
): Problem | undefined {
  const mine = record?.id ?? 'the new record'
  const unique = Object.entries(values).filter(
    ([name, value]) => value !== '' && catalogue.find(name)?.hasUniqueValue === true,
  )
  for (const [name, value] of unique) {
    const holder = table.holder(name, value)?.id ?? claims.get(name)?.get(value)
    if (holder === undefined || holder === record?.id) continue
    if (type.name === 'contacts' && name === 'email') {
      const message = `Contact already exists. Existing ID: ${holder}`
      return { status: 409, category: 'CONFLICT', message }
    }
    const message = `Cannot set ${name}=${value} on ${mine}. ${holder} already has that value.`
    return invalid(message, 'UNIQUE_VALUE_CONFLICT', { propertyName: [name] })
  }
  for (const [name, value] of unique) claims.set(name, (claims.get(name) ?? new Map()).set(value, mine))
  return undefined
}

function withDefaults(object: PortalObject, values: Values): Values {
  const { name } = object.type
  if (name === 'companies' || name === 'contacts') return { lifecyclestage: 'lead', ...values }
  return withLeadStage(object, values)
}

/** A lead is always in a stage, whoever made it. */
export function withLeadStage({ type }: PortalObject, values: Values): Values {
  if (type.name !== 'leads') return values
  return { hs_pipeline: LEAD_PIPELINE.id, hs_pipeline_stage: FIRST_LEAD_STAGE, ...values }
}
