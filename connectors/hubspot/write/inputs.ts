import { type Call, type Change, type Fields, SessionFault } from '../../../src/contract/index.ts'
import type { Input } from '../http/requests.ts'
import { capabilities, leads, uniqueProperty } from '../objects.ts'
import type { Portal } from '../read/portal.ts'
import { toWire } from '../read/values.ts'
import type { Asked, Way } from './batch-input.ts'

/** What HubSpot is asked for each change. Nothing is sent but the questions that the portal answers once. */
export async function inputsOf(
  portal: Portal,
  way: Way,
  batch: readonly Change[],
  call: Call,
): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const [index, change] of batch.entries()) {
    asked.push({ change, input: await inputOf(portal, way, change, String(index), call) })
  }
  return asked
}

async function inputOf(portal: Portal, way: Way, change: Change, trace: string, call: Call): Promise<Input> {
  const types = await portal.catalogue.types(change.object, call)
  const fields = way === 'create' ? await withStage(portal, change, call) : change.fields
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, toWire(value, types.get(name))]),
  )
  if (change.remoteId !== undefined) return { id: change.remoteId, properties, trace }
  const idProperty = keyFieldOf(change)
  const isRecord = capabilities.creates.includes(change.object)
  const id = isRecord ? (properties[idProperty] || change.key).toLowerCase() : change.key
  // A record never goes without its key; a notice does where the portal has no property for it.
  const key = isRecord || types.has(idProperty) ? { [idProperty]: id } : {}
  const made = { id, idProperty, properties: { ...properties, ...key }, trace }
  return way === 'create' ? { ...made, associations: await associationsOf(portal, change, call) } : made
}

/** The unique property that a new record carries its key in. */
export function keyFieldOf({ object, keyField }: Change): string {
  const name = keyField ?? uniqueProperty(object)
  if (name === undefined) throw new SessionFault('bug', `nothing names the key of a new record of ${object}`)
  return name
}

/** A lead of which nobody says where it begins begins in the first open stage. */
async function withStage(portal: Portal, { object, fields }: Change, call: Call): Promise<Fields> {
  if (object !== leads.object || (fields.hs_pipeline_stage ?? null) !== null) return fields
  const named = fields.hs_pipeline ?? null
  const first = (await portal.leadStages(call)).first(named === null ? undefined : String(named))
  // Without an open stage HubSpot's own default holds, or its own words say what is wrong.
  return first === undefined
    ? fields
    : { ...fields, hs_pipeline: first.pipeline, hs_pipeline_stage: first.stage }
}

async function associationsOf(
  { associationTypes }: Portal,
  { object, associate = [] }: Change,
  call: Call,
): Promise<{ id: string; typeId: number }[]> {
  const all: { id: string; typeId: number }[] = []
  for (const to of associate) {
    all.push({ id: to.remoteId, typeId: await associationTypes(object, to.object, call) })
  }
  return all
}
