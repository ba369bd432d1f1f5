import { type Call, type FieldSpec, RequestFailed, type SchemaStep } from '../../../src/contract/index.ts'
import type { Property } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import type { NewProperty, Option } from '../http/requests.ts'
import { contacts, uniqueProperty } from '../objects.ts'
import { fieldOf } from '../read/fields.ts'

/** Where our properties stand together in HubSpot. */
const GROUP = { name: 'oql', label: 'OQL Sync' }

/** HubSpot's rule for the name of a property. */
const PROPERTY_NAME = /^[a-z][a-z0-9_]*$/

/** What is to be done for one property, decided without asking HubSpot again. */
type Plan =
  | { action: 'create_field'; spec: FieldSpec; detail: string }
  | { action: 'add_options'; spec: FieldSpec; detail: string; options: Option[] }
  | { action: 'conflict'; spec: FieldSpec; detail: string }

/** Adds what is missing of `wanted` and of our key; removes, retypes and drops nothing. Twice changes nothing. */
export async function ensureSchema(
  client: Client,
  object: string,
  wanted: readonly FieldSpec[],
  call: Call & { dryRun: boolean },
): Promise<SchemaStep[]> {
  const there = new Map((await client.properties(object, call)).map(property => [property.name, property]))
  const plans = withKey(object, wanted).flatMap(spec => planOf(spec, there.get(spec.name)) ?? [])
  const creates = plans.some(plan => plan.action === 'create_field')
  const steps = creates ? await ensureGroup(client, object, call) : []
  for (const plan of plans) steps.push(await apply(client, object, plan, call))
  return steps
}

/** What our unique property of an object is to people. A contact's is HubSpot's own email. */
const KEYS: Readonly<Record<string, { label: string; description: string }>> = {
  companies: {
    label: 'OQL domain',
    description: 'Domain of the account that this record is linked to. Written by OQL Sync',
  },
  leads: { label: 'OQL lead key', description: 'Names the lead of an account. Written by OQL Sync' },
  tasks: { label: 'OQL notice', description: 'Names the notice that this task tells. Written by OQL Sync' },
  notes: { label: 'OQL notice', description: 'Names the notice that this note tells. Written by OQL Sync' },
}

/** The key comes first: nothing can be created, linked or found again without it. */
function withKey(object: string, wanted: readonly FieldSpec[]): FieldSpec[] {
  const name = uniqueProperty(object)
  const words = KEYS[object]
  if (name === undefined || words === undefined || wanted.some(spec => spec.name === name)) return [...wanted]
  return [{ name, ...words, type: 'text', unique: true }, ...wanted]
}

function planOf(spec: FieldSpec, property: Property | undefined): Plan | undefined {
  if (property === undefined) {
    if (!PROPERTY_NAME.test(spec.name)) {
      const detail = `HubSpot takes names of a-z, 0-9 and _ that begin with a letter, not \`${spec.name}\``
      return { action: 'conflict', spec, detail }
    }
    return { action: 'create_field', spec, detail: described(spec) }
  }
  const drift = driftOf(spec, property)
  if (drift !== undefined) return { action: 'conflict', spec, detail: drift }
  return optionsPlan(spec, property)
}

/** What stands against writing `spec` to the property, and can't be changed by us. */
function driftOf(spec: FieldSpec, property: Property): string | undefined {
  const field = fieldOf(property)
  if (field.type !== spec.type) return `is ${field.nativeType} in HubSpot, and ${spec.type} is needed`
  // HubSpot keeps emails apart by itself, whatever a mapping says of the field.
  if (field.unique !== (spec.unique ?? false) && spec.name !== contacts.email) {
    return field.unique ? 'takes unique values only' : 'is not unique, which HubSpot lets nobody change'
  }
  return field.writable ? undefined : 'is read-only in HubSpot'
}

function optionsPlan(spec: FieldSpec, property: Property): Plan | undefined {
  if (spec.type !== 'enumeration' || property.externalOptions === true) return undefined
  const known = new Set(property.options.map(option => option.value))
  const missing = (spec.options ?? []).filter(option => !known.has(option.value))
  if (missing.length === 0) return undefined
  const values = missing.map(option => option.value).join(', ')
  // HubSpot's own lists may have a fixed definition and still take options.
  const { readOnlyOptions, readOnlyDefinition } = property.modificationMetadata ?? {}
  if (readOnlyOptions ?? readOnlyDefinition ?? false) {
    return {
      action: 'conflict',
      spec,
      detail: `lacks the options ${values}, and HubSpot lets nobody add any`,
    }
  }
  return { action: 'add_options', spec, detail: `adds ${values}`, options: merged(property, missing) }
}

/** The whole list, because HubSpot replaces it whole: theirs as they are, in their order, then ours. */
function merged(property: Property, missing: NonNullable<FieldSpec['options']>): Option[] {
  const theirs = property.options.map(({ description, displayOrder, ...option }, index) => ({
    ...option,
    displayOrder: displayOrder ?? index,
    ...(description === undefined || description === null ? {} : { description }),
  }))
  // A negative order means after all others, in the order of the list: then ours go there too.
  const unordered = theirs.length > 0 && theirs.every(option => option.displayOrder < 0)
  const last = Math.max(-1, ...theirs.map(option => option.displayOrder))
  return [...theirs, ...missing.map((option, index) => ours(option, unordered ? -1 : last + 1 + index))]
}

const ours = ({ value, label }: { value: string; label: string }, displayOrder: number): Option => ({
  value,
  label,
  displayOrder,
  hidden: false,
})

function newProperty(spec: FieldSpec): NewProperty {
  const { name, label, description, type } = spec
  // A checkbox is refused without the two values that it stands for.
  const options = type === 'boolean' ? YES_OR_NO : type === 'enumeration' ? (spec.options ?? []) : []
  return {
    name,
    label,
    description,
    type,
    groupName: GROUP.name,
    options: options.map(ours),
    unique: spec.unique ?? false,
  }
}

const YES_OR_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

function described(spec: FieldSpec): string {
  const values = (spec.options ?? []).map(option => option.value).join(', ')
  return `${spec.unique === true ? 'unique ' : ''}${spec.type}${values === '' ? '' : `: ${values}`}`
}

async function ensureGroup(
  client: Client,
  object: string,
  call: Call & { dryRun: boolean },
): Promise<SchemaStep[]> {
  if ((await client.groups(object, call)).includes(GROUP.name)) return []
  if (!call.dryRun) {
    await unlessThere(() => client.createGroup(object, GROUP.name, GROUP.label, call))
  }
  const detail = `property group "${GROUP.label}"`
  return [{ action: 'create_group', object, name: GROUP.name, detail, done: !call.dryRun }]
}

async function apply(
  client: Client,
  object: string,
  plan: Plan,
  call: Call & { dryRun: boolean },
): Promise<SchemaStep> {
  const step = { action: plan.action, object, name: plan.spec.name, detail: plan.detail, done: false }
  if (plan.action === 'conflict' || call.dryRun) return step
  try {
    if (plan.action === 'add_options') {
      await client.setOptions(object, plan.spec.name, plan.options, call)
      return { ...step, done: true }
    }
    const property = await client.createProperty(object, newProperty(plan.spec), call)
    // An archived property comes back as it was: what it lacks is added, and what it is can stand against us.
    const rest = planOf(plan.spec, property)
    return rest === undefined ? { ...step, done: true } : await apply(client, object, rest, call)
  } catch (error) {
    if (!(error instanceof RequestFailed) || !REFUSALS.has(error.failure.kind)) throw error
    return { ...step, action: 'conflict', detail: error.failure.message }
  }
}

/** What the same request would meet again: a matter for people, and no reason to leave the other properties out. */
const REFUSALS: ReadonlySet<string> = new Set(['invalid', 'duplicate', 'forbidden', 'gone'])

/** Somebody else may have made it since we looked. */
async function unlessThere(create: () => Promise<void>): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.failure.kind !== 'duplicate') throw error
  }
}
