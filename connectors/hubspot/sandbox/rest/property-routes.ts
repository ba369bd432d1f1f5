import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { parsed } from '../batch/batch-request.ts'
import type { Portal, PortalObject } from '../portal/portal.ts'
import { newPropertySchema, patchSchema } from '../portal/property-definition.ts'
import type { Access } from './access.ts'
import { archivedOf, bodyOf } from './request-parts.ts'

const groupBody = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  label: z.string().min(1),
  displayOrder: z.int().default(-1),
})

/** Properties of leads have no scopes of their own in any specification of HubSpot's. */
const schemaScope = ({ type }: PortalObject, way: 'read' | 'write'): string =>
  `crm.${type.name === 'leads' ? 'objects' : 'schemas'}.${type.scope}.${way}`

/** Properties and their groups. There is no batch update of them. */
export function propertyRoutes(portal: Portal, access: Access): Hono {
  const routes = new Hono()
  const reading = (context: Context) => {
    const object = portal.object(context.req.param('type') ?? '')
    access.need(`crm.objects.${object.type.scope}.read`, schemaScope(object, 'read'))
    return object
  }
  const writing = (context: Context) => {
    const object = portal.object(context.req.param('type') ?? '')
    access.need(schemaScope(object, 'write'))
    return object
  }

  routes.get('/:type', context => {
    const { catalogue } = reading(context)
    return context.json({ results: catalogue.all(archivedOf(context)) })
  })
  routes.post('/:type', async context => {
    const { catalogue, table } = writing(context)
    const property = catalogue.create(parsed(newPropertySchema, await bodyOf(context)), portal.clock.now())
    if (property.hasUniqueValue) table.keepUnique(property.name)
    return context.json(property, 201)
  })
  routes.get('/:type/groups', context => context.json({ results: reading(context).catalogue.groups() }))
  routes.post('/:type/groups', async context => {
    const { catalogue } = writing(context)
    return context.json(catalogue.createGroup(parsed(groupBody, await bodyOf(context))), 201)
  })
  routes.get('/:type/:name', context => {
    const { catalogue } = reading(context)
    return context.json(catalogue.get(context.req.param('name'), archivedOf(context)))
  })
  routes.patch('/:type/:name', async context => {
    const { catalogue } = writing(context)
    const patch = parsed(patchSchema, await bodyOf(context))
    return context.json(catalogue.patch(context.req.param('name'), patch, portal.clock.now()))
  })
  routes.delete('/:type/:name', context => {
    writing(context).catalogue.archive(context.req.param('name'))
    return context.body(null, 204)
  })
  return routes
}
