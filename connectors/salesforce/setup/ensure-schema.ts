import { type Call, type FieldSpec, RequestFailed, type SchemaStep } from '../../../src/contract/index.ts'
import type { CustomField, Described, MetadataResult } from '../http/answers.ts'
import { chunks } from '../http/chunks.ts'
import type { Client, Component } from '../http/client.ts'
import { type Catalogue, describedOrNone, fieldOf } from '../read/fields.ts'
import {
  customField,
  FIELD_NAME,
  isCustom,
  metadataObject,
  noFieldName,
  picklistValue,
  takesUnique,
  typeOf,
  withKeys,
} from './custom-field.ts'
import { ensureEvent } from './event-object.ts'
import { grantFields } from './grant.ts'

/** The metadata API takes ten components in one call. */
const COMPONENTS = 10

/** What is to be done for one field, decided without asking Salesforce again. */
interface Plan {
  step: SchemaStep
  /** What to send; null for what only a person can do. */
  component: Component | null
}

type DryRun = Call & { dryRun: boolean }

/**
 * Adds what is missing of `wanted` and of our keys, and lets the integration user write it and the sales team read it:
 * a field that was made through the API is visible to nobody. Makes the platform event where it is not there. Removes,
 * retypes and drops nothing. Twice changes nothing.
 */
export async function ensureSchema(
  client: Client,
  catalogue: Catalogue,
  object: string,
  wanted: readonly FieldSpec[],
  call: DryRun,
): Promise<SchemaStep[]> {
  const event = await ensureEvent(client, object, call)
  if (event?.action === 'conflict') return [event]
  const specs = withKeys(object, wanted)
  const custom = specs.filter(({ name }) => isCustom(name))
  const there = await fieldsThere(
    client,
    object,
    custom.map(({ name }) => name),
    call,
  )
  const described = await describedOrNew(catalogue, object, event, call)
  const plans = specs.flatMap(spec =>
    isCustom(spec.name)
      ? (planOf(object, spec, there.get(spec.name), described) ?? [])
      : (ownPlan(object, spec, described) ?? []),
  )
  const steps = await apply(client, plans, call)
  const stuck = new Set(steps.filter(({ action }) => action === 'conflict').map(({ name }) => name))
  const ours = custom.map(({ name }) => name).filter(name => !stuck.has(name))
  const inSight = new Set(described.fields.map(({ name }) => name))
  const granted = await grantFields(client, object, ours, inSight, call)
  return [...(event === null ? [] : [event]), ...steps, ...granted]
}

/** A platform event that was just made, or would be, is seen by nobody yet; one that is there, by those who were let. */
async function describedOrNew(
  catalogue: Catalogue,
  object: string,
  event: SchemaStep | null,
  call: Call,
): Promise<Described> {
  const described = event === null ? await describedOrNone(catalogue, object, call) : null
  return described ?? { name: object, createable: false, updateable: false, queryable: false, fields: [] }
}

/** The fields as they are, those that we may not see among them. */
async function fieldsThere(
  client: Client,
  object: string,
  names: readonly string[],
  call: Call,
): Promise<Map<string, CustomField>> {
  const prefix = `${metadataObject(object)}.`
  const fields: CustomField[] = []
  for (const part of chunks(
    names.map(name => `${prefix}${name}`),
    COMPONENTS,
  )) {
    fields.push(...(await client.readFields(part, call)))
  }
  return new Map(fields.map(field => [field.fullName.slice(prefix.length), field]))
}

const step = (action: SchemaStep['action'], object: string, name: string, detail: string): SchemaStep => ({
  action,
  object,
  name,
  detail,
  done: false,
})

const conflict = (object: string, name: string, detail: string): Plan => ({
  step: step('conflict', object, name, detail),
  component: null,
})

function planOf(
  object: string,
  spec: FieldSpec,
  field: CustomField | undefined,
  described: Described,
): Plan | undefined {
  if (field !== undefined) {
    const drift = driftOf(object, spec, field)
    return drift === undefined
      ? optionsPlan(object, spec, field, described)
      : conflict(object, spec.name, drift)
  }
  if (!FIELD_NAME.test(spec.name)) {
    return conflict(object, spec.name, noFieldName(spec.name))
  }
  const component = customField(spec)
  return {
    step: step('create_field', object, spec.name, inWords(spec)),
    component: { ...component, fullName: `${metadataObject(object)}.${spec.name}` },
  }
}

/** A field that comes with Salesforce: made by nobody, and its picklist is not changed through this API. */
function ownPlan(object: string, spec: FieldSpec, described: Described): Plan | undefined {
  if (!described.fields.some(({ name }) => name === spec.name)) {
    return conflict(
      object,
      spec.name,
      `is not there, or hidden from this user: one of our making must end in __c, one of Salesforce's own an admin grants by field-level security`,
    )
  }
  const missing = missingOf(spec, described)
  if (missing.length === 0) return undefined
  const where = 'Setup → Object Manager → the field → Values'
  return conflict(object, spec.name, `lacks the values ${missing.join(', ')}: add them in ${where}`)
}

/** The values that a field does not take, by what `describe` says of it. */
function missingOf(spec: FieldSpec, { name, fields }: Described): string[] {
  const found = fields.find(field => field.name === spec.name)
  const options = found === undefined ? undefined : fieldOf(found, name).options
  const values = (spec.options ?? []).map(({ value }) => value)
  return options === undefined ? [] : values.filter(value => !options.includes(value))
}

/** What stands against writing `spec` to the field, and can't be changed by us. */
function driftOf(object: string, spec: FieldSpec, field: CustomField): string | undefined {
  if (typeOf(field) !== spec.type) {
    const native = field.formula ? `a formula (${field.type})` : field.type
    return `is ${native} in Salesforce, and ${spec.type} is needed`
  }
  if (!takesUnique(object)) return undefined
  const isUnique = field.unique === true
  if (isUnique !== (spec.unique ?? false)) return isUnique ? 'takes unique values only' : 'is not unique'
  return isUnique && field.externalId !== true ? 'is not an external id' : undefined
}

function optionsPlan(
  object: string,
  spec: FieldSpec,
  field: CustomField,
  described: Described,
): Plan | undefined {
  // An unrestricted picklist takes any value.
  if (spec.type !== 'enumeration' || field.valueSet?.restricted !== true) return undefined
  const { valueSetName, valueSetDefinition } = field.valueSet
  if (valueSetName) return sharedPlan(object, spec, valueSetName, described)
  const theirs = valueSetDefinition?.value ?? []
  const taken = new Set(theirs.filter(({ isActive }) => isActive !== false).map(({ fullName }) => fullName))
  const missing = (spec.options ?? []).filter(({ value }) => !taken.has(value))
  if (missing.length === 0) return undefined
  // An upsert replaces the whole list: theirs as they are, in their order, then ours. One that was retired comes back.
  const back = new Set(missing.map(({ value }) => value))
  const kept = theirs.map(value => (back.has(value.fullName) ? { ...value, isActive: true } : value))
  const known = new Set(theirs.map(({ fullName }) => fullName))
  const added = missing.filter(({ value }) => !known.has(value)).map(picklistValue)
  const valueSet = {
    ...field.valueSet,
    valueSetDefinition: { ...valueSetDefinition, value: [...kept, ...added] },
  }
  return {
    step: step('add_options', object, spec.name, `adds ${missing.map(({ value }) => value).join(', ')}`),
    component: { ...field, valueSet },
  }
}

/** A list that other fields share is its owners' to change. */
function sharedPlan(
  object: string,
  spec: FieldSpec,
  valueSetName: string,
  described: Described,
): Plan | undefined {
  const missing = missingOf(spec, described)
  if (missing.length === 0) return undefined
  const detail = `lacks ${missing.join(', ')}: add them to the global value set ${valueSetName}, which other fields share`
  return conflict(object, spec.name, detail)
}

function inWords(spec: FieldSpec): string {
  const values = (spec.options ?? []).map(option => option.value).join(', ')
  const unique = spec.unique === true ? 'unique external id, ' : ''
  return `${unique}${spec.type}${values === '' ? '' : `: ${values}`}`
}

async function apply(client: Client, plans: readonly Plan[], call: DryRun): Promise<SchemaStep[]> {
  const todo = plans.flatMap(({ component }) => component ?? [])
  if (call.dryRun || todo.length === 0) return plans.map(({ step }) => step)
  const said = new Map<string, MetadataResult>()
  for (const part of chunks(todo, COMPONENTS)) {
    for (const result of await upsertFields(client, part, call)) said.set(result.fullName, result)
  }
  return plans.map(({ step, component }) =>
    component === null ? step : outcome(step, said.get(component.fullName)),
  )
}

/** A call that was refused whole says the same of each of its fields. */
async function upsertFields(client: Client, part: Component[], call: Call): Promise<MetadataResult[]> {
  try {
    return await client.upsertMetadata('CustomField', part, call)
  } catch (error) {
    if (!(error instanceof RequestFailed) || !REFUSALS.has(error.failure.kind)) throw error
    const errors = [{ message: error.failure.message, statusCode: error.failure.code ?? '' }]
    return part.map(({ fullName }) => ({ fullName, success: false, errors }))
  }
}

/** What the same request would meet again: a matter for people. */
const REFUSALS: ReadonlySet<string> = new Set(['invalid', 'duplicate', 'forbidden', 'gone'])

function outcome(step: SchemaStep, result: MetadataResult | undefined): SchemaStep {
  if (result?.success === true) return { ...step, done: true }
  const reasons = (result?.errors ?? []).map(({ message }) => message).join('; ')
  return { ...step, action: 'conflict', detail: reasons || 'Salesforce does not say what became of it' }
}
