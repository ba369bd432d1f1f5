import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { completed } from '../batch/batch-answer.ts'
import { associationSpec, MAX_INPUTS, parsed } from '../batch/batch-request.ts'
import { knownRecord, knownType } from '../portal/associate.ts'
import { type AssociationType, defaultAssociation, labelsBetween } from '../portal/association-types.ts'
import type { Portal } from '../portal/portal.ts'
import type { Access } from './access.ts'
import { placeOf } from './cursor.ts'
import { badRequest } from './refusal.ts'
import { bodyOf, pageOf, pagingOf } from './request-parts.ts'
import type { Version } from './version.ts'

const specs = z.array(associationSpec).min(1)
const end = z.strictObject({ id: z.string() })
const batchBody = z.strictObject({
  inputs: z
    .array(z.strictObject({ from: end, to: end, types: specs }))
    .min(1)
    .max(MAX_INPUTS),
})
/** HubSpot tells the associations of a thousand records at once, and goes on with one of them from `after`. */
const MAX_READ_INPUTS = 1_000
const pageOfOne = z.strictObject({ id: z.string(), after: z.string().optional() })
const readBody = z.strictObject({ inputs: z.array(pageOfOne).min(1).max(MAX_READ_INPUTS) })

const LIMITS = { most: 500, usual: 500 }

/** Which records belong together. */
export function associationRoutes(portal: Portal, access: Access, version: Version): Hono {
  const { associations, objectAssociations: ofOne } = version
  const routes = new Hono()
  const names = (context: Context, way: 'read' | 'write') => {
    const from = portal.object(context.req.param('from') ?? '').type
    const to = portal.object(context.req.param('to') ?? '').type
    access.need(`crm.objects.${from.scope}.${way}`)
    return { from: from.name, to: to.name }
  }
  const tie = (type: AssociationType, fromId: string, toId: string) => {
    const from = knownRecord(portal, type.from, fromId)
    const to = knownRecord(portal, type.to, toId)
    portal.associations.add(type, from.id, to.id)
    return { from: { id: from.id }, to: { id: to.id } }
  }
  const told = (from: string, id: string, to: string) => {
    const current = portal.object(from).table.find(id)?.id ?? id
    return [...portal.associations.of(from, current, to)].map(([toObjectId, ids]) => ({
      toObjectId,
      associationTypes: [...ids].map(typeId => ({ category: 'HUBSPOT_DEFINED', typeId, label: null })),
    }))
  }

  routes.put(`${ofOne}/:from/:fromId/associations/default/:to/:toId`, context => {
    const { from, to } = names(context, 'write')
    const type = defaultAssociation(from, to)
    if (type === undefined) throw badRequest(`${from} and ${to} have no association`)
    return context.json(tie(type, context.req.param('fromId'), context.req.param('toId')))
  })
  routes.put(`${ofOne}/:from/:fromId/associations/:to/:toId`, async context => {
    const { from, to } = names(context, 'write')
    const types = typesOf(from, to, parsed(specs, await bodyOf(context)))
    const { fromId, toId } = context.req.param()
    for (const type of types) tie(type, fromId, toId)
    return context.json({ fromObjectId: fromId, toObjectId: toId, labels: [] }, 201)
  })
  routes.post(`${associations}/:from/:to/batch/create`, async context => {
    const { from, to } = names(context, 'write')
    const { inputs } = parsed(batchBody, await bodyOf(context))
    const ties = inputs.flatMap(input =>
      typesOf(from, to, input.types).map(type => () => tie(type, input.from.id, input.to.id)),
    )
    const answer = { ...completed(portal.clock), results: ties.map(make => make()) }
    return context.json(answer, version.associated)
  })
  routes.post(`${associations}/:from/:to/batch/read`, async context => {
    const { from, to } = names(context, 'read')
    const { inputs } = parsed(readBody, await bodyOf(context))
    const read = inputs.map(input => ({ ...input, all: told(from, input.id, to) }))
    const results = read.flatMap(one => (one.all.length === 0 ? [] : [pageOfAll(one)]))
    const errors = read.flatMap(({ id, all }) => (all.length > 0 ? [] : [noneFound(from, id, to)]))
    const answer = { ...completed(portal.clock), results }
    if (errors.length === 0) return context.json(answer)
    return context.json({ ...answer, numErrors: errors.length, errors }, version.multiStatus ? 207 : 200)
  })
  routes.get(`${associations}/:from/:to/labels`, context => {
    const { from, to } = names(context, 'read')
    return context.json({ results: labelsBetween(from, to) })
  })
  if (!version.readsAssociationsOfOne) return routes
  routes.get(`${ofOne}/:from/:fromId/associations/:to`, context => {
    const { from, to } = names(context, 'read')
    const { limit, after = '0' } = pageOf(context, LIMITS)
    const all = told(from, context.req.param('fromId'), to)
    const last = Number(after) + limit
    const next = last < all.length ? String(last) : undefined
    return context.json({ results: all.slice(Number(after), last), ...pagingOf(next) })
  })
  return routes
}

/** So many of one record's associations, from `after` on. */
function pageOfAll<T>({ id, after, all }: { id: string; after?: string | undefined; all: readonly T[] }) {
  const first = after === undefined ? 0 : Number(placeOf(after))
  const last = first + LIMITS.usual
  const next = last < all.length ? String(last) : undefined
  return { from: { id }, to: all.slice(first, last), ...pagingOf(next) }
}

/** A record without associations is an error among the others, and so is one that is not there. */
const noneFound = (from: string, id: string, to: string) => ({
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
  message: `No ${to} is associated with ${from} ${id}.`,
  context: { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
})

function typesOf(from: string, to: string, wanted: z.infer<typeof specs>): AssociationType[] {
  return wanted.map(({ associationTypeId }) => {
    const type = knownType(from, associationTypeId)
    if (type.to !== to) throw badRequest(`${associationTypeId} is not an association from ${from} to ${to}`)
    return type
  })
}
