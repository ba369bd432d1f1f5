import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Access } from './access.ts'
import { knownRecord, knownType } from './associate.ts'
import { type AssociationType, defaultAssociation } from './association-types.ts'
import { associationSpec, MAX_INPUTS, parsed } from './batch-request.ts'
import type { Portal } from './portal.ts'
import { badRequest } from './refusal.ts'
import { bodyOf, pageOf, pagingOf } from './request-parts.ts'

const specs = z.array(associationSpec).min(1)
const end = z.strictObject({ id: z.string() })
const batchBody = z.strictObject({
  inputs: z
    .array(z.strictObject({ from: end, to: end, types: specs }))
    .min(1)
    .max(MAX_INPUTS),
})
const readBody = z.strictObject({ inputs: z.array(end).min(1).max(MAX_INPUTS) })

const LIMITS = { most: 500, usual: 500 }

/** Associations, version 4. */
export function associationRoutes(portal: Portal, access: Access): Hono {
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

  routes.put('/crm/v4/objects/:from/:fromId/associations/default/:to/:toId', context => {
    const { from, to } = names(context, 'write')
    const type = defaultAssociation(from, to)
    if (type === undefined) throw badRequest(`${from} and ${to} have no association`)
    return context.json(tie(type, context.req.param('fromId'), context.req.param('toId')))
  })
  routes.put('/crm/v4/objects/:from/:fromId/associations/:to/:toId', async context => {
    const { from, to } = names(context, 'write')
    const types = typesOf(from, to, parsed(specs, await bodyOf(context)))
    const { fromId, toId } = context.req.param()
    for (const type of types) tie(type, fromId, toId)
    return context.json({ fromObjectId: fromId, toObjectId: toId, labels: [] }, 201)
  })
  routes.get('/crm/v4/objects/:from/:fromId/associations/:to', context => {
    const { from, to } = names(context, 'read')
    const { limit, after = '0' } = pageOf(context, LIMITS)
    const all = told(from, context.req.param('fromId'), to)
    const last = Number(after) + limit
    const next = last < all.length ? String(last) : undefined
    return context.json({ results: all.slice(Number(after), last), ...pagingOf(next) })
  })
  routes.post('/crm/v4/associations/:from/:to/batch/create', async context => {
    const { from, to } = names(context, 'write')
    const { inputs } = parsed(batchBody, await bodyOf(context))
    const ties = inputs.flatMap(input =>
      typesOf(from, to, input.types).map(type => () => tie(type, input.from.id, input.to.id)),
    )
    return context.json({ status: 'COMPLETE', results: ties.map(make => make()) }, 201)
  })
  routes.post('/crm/v4/associations/:from/:to/batch/read', async context => {
    const { from, to } = names(context, 'read')
    const { inputs } = parsed(readBody, await bodyOf(context))
    const results = inputs.map(({ id }) => ({ from: { id }, to: told(from, id, to) }))
    return context.json({ status: 'COMPLETE', results: results.filter(one => one.to.length > 0) })
  })
  return routes
}

function typesOf(from: string, to: string, wanted: z.infer<typeof specs>): AssociationType[] {
  return wanted.map(({ associationTypeId }) => {
    const type = knownType(from, associationTypeId)
    if (type.to !== to) throw badRequest(`${associationTypeId} is not an association from ${from} to ${to}`)
    return type
  })
}
