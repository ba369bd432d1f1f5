import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { newAssociations, parsed, propertyValues } from '../batch/batch-request.ts'
import { associate, associatedObjects } from '../portal/associate.ts'
import { checkWrite, type Proposal } from '../portal/check-write.ts'
import { joinCompany } from '../portal/company-of-contact.ts'
import { locate } from '../portal/locate.ts'
import type { Portal, PortalObject } from '../portal/portal.ts'
import { store } from '../portal/store.ts'
import type { StoredRecord } from '../portal/stored-record.ts'
import { searchRequestSchema } from '../search/search-request.ts'
import type { Access } from './access.ts'
import { answerOf, type RecordAnswer, writeAnswerOf } from './record-answer.ts'
import { badRequest, notFound, Refusal } from './refusal.ts'
import { archivedOf, bodyOf, listOf, pageOf, pagingOf } from './request-parts.ts'
import type { Version } from './version.ts'

const createBody = z.strictObject({
  properties: propertyValues,
  associations: newAssociations,
  objectWriteTraceId: z.string().optional(),
})
const updateBody = z.strictObject({ properties: propertyValues, objectWriteTraceId: z.string().optional() })
const mergeBody = z.strictObject({ primaryObjectId: z.string(), objectIdToMerge: z.string() })

/** HubSpot's pages of a list; a page with histories is smaller. */
const LIST_LIMITS = { most: 100, usual: 10 }
const HISTORY_LIMITS = { most: 50, usual: 10 }

/** One record at a time, the list, search and merge. */
export function objectRoutes(portal: Portal, access: Access, version: Version): Hono {
  const routes = new Hono()
  const reading = (context: Context) => allowed(portal, access, context, 'read')
  const writing = (context: Context) => allowed(portal, access, context, 'write')
  const written = (object: PortalObject, proposal: Omit<Proposal, 'version'>) =>
    carriedOut(portal, object, { ...proposal, version })

  routes.get('/:type', context => {
    const object = reading(context)
    const history = listOf(context, 'propertiesWithHistory')
    const { limit, after } = pageOf(context, history.length > 0 ? HISTORY_LIMITS : LIST_LIMITS)
    const found = object.table.page(after, limit + 1, archivedOf(context))
    const page = found.slice(0, limit)
    const next = found.length > limit ? page.at(-1)?.id : undefined
    return context.json({
      results: page.map(record => shown(portal, object, record, context)),
      ...pagingOf(next),
    })
  })

  routes.post('/:type', async context => {
    const object = writing(context)
    const { properties, associations } = parsed(createBody, await bodyOf(context))
    const associated = associatedObjects(portal, object, associations)
    const record = written(object, { record: null, properties, associated })
    associate(portal, object, record, associations)
    joinCompany(portal, object, record)
    return context.json(writeAnswerOf(object, record, properties), 201)
  })

  routes.post('/:type/search', async context => {
    const object = reading(context)
    const request = parsed(searchRequestSchema, await bodyOf(context))
    object.index.advance(portal.clock.now())
    const { total, records, after } = object.search(request)
    const results = records.map(record => answerOf(object, record, request.properties))
    return context.json({ total, results, ...pagingOf(after) })
  })

  routes.post('/:type/merge', async context => {
    const object = writing(context)
    if (!object.type.mergeable) throw badRequest(`${object.type.name} can't be merged`)
    const { primaryObjectId, objectIdToMerge } = parsed(mergeBody, await bodyOf(context))
    const primary = locate(object, primaryObjectId, undefined)
    const other = locate(object, objectIdToMerge, undefined)
    if (primary === undefined || other === undefined) throw notFound()
    if (primary.id === other.id) throw badRequest(`Cannot merge ${primary.id} with itself`)
    return context.json(answerOf(object, portal.merge(object, primary, other), []))
  })

  routes.get('/:type/:id', context => {
    const object = reading(context)
    const record = archivedOf(context)
      ? object.table.findAny(context.req.param('id'))
      : locate(object, context.req.param('id'), context.req.query('idProperty'))
    if (record === undefined) throw notFound()
    return context.json(shown(portal, object, record, context))
  })

  routes.patch('/:type/:id', async context => {
    const object = writing(context)
    const { properties } = parsed(updateBody, await bodyOf(context))
    const record = locate(object, context.req.param('id'), context.req.query('idProperty'))
    if (record === undefined) throw notFound()
    const after = written(object, { record, properties, associated: [] })
    return context.json(writeAnswerOf(object, after, properties))
  })

  routes.delete('/:type/:id', context => {
    const object = writing(context)
    const record = object.table.findAny(context.req.param('id'))
    if (record === undefined) throw notFound()
    if (record.archivedAt === null) object.table.archive(record, portal.clock.now())
    return context.body(null, 204)
  })
  return routes
}

export function allowed(
  portal: Portal,
  access: Access,
  context: Context,
  way: 'read' | 'write',
): PortalObject {
  const object = portal.object(context.req.param('type') ?? '')
  access.need(`crm.objects.${object.type.scope}.${way}`)
  return object
}

function carriedOut(portal: Portal, object: PortalObject, proposal: Proposal): StoredRecord {
  const outcome = checkWrite(portal, object, proposal, new Map())
  if ('problem' in outcome) {
    const { status, ...body } = outcome.problem
    throw new Refusal(status, body)
  }
  return store(portal, object, proposal.record, outcome.values)
}

function shown(portal: Portal, object: PortalObject, record: StoredRecord, context: Context): RecordAnswer {
  const history = listOf(context, 'propertiesWithHistory')
  const answer = answerOf(object, record, listOf(context, 'properties'), history)
  const asked = listOf(context, 'associations').map(named => portal.object(named).type)
  const tied = asked.flatMap(type => {
    const results = [...portal.associations.of(object.type.name, record.id, type.name)].map(([id]) => ({
      id,
      type: `${object.type.singular}_to_${type.singular}`,
    }))
    return results.length === 0 ? [] : [[type.name, { results }] as const]
  })
  return tied.length === 0 ? answer : { ...answer, associations: Object.fromEntries(tied) }
}
