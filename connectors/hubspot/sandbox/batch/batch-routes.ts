import { type Context, Hono } from 'hono'
import type { Portal } from '../portal/portal.ts'
import type { Access } from '../rest/access.ts'
import { allowed } from '../rest/object-routes.ts'
import { bodyOf } from '../rest/request-parts.ts'
import type { Version } from '../rest/version.ts'
import { batchArchive, batchCreate, batchRead, batchUpdate, batchUpsert } from './batch.ts'
import type { BatchAnswer } from './batch-answer.ts'
import { archiveRequest, changeRequest, createRequest, parsed, readRequest } from './batch-request.ts'

/** A hundred records at a time. */
export function batchRoutes(portal: Portal, access: Access, version: Version): Hono {
  const routes = new Hono()
  const answered = (context: Context, answer: BatchAnswer, done: 200 | 201) => {
    return context.json(answer, answer.errors !== undefined && version.multiStatus ? 207 : done)
  }

  routes.post('/:type/batch/read', async context => {
    const object = allowed(portal, access, context, 'read')
    return answered(context, batchRead(portal, object, parsed(readRequest, await bodyOf(context))), 200)
  })
  routes.post('/:type/batch/create', async context => {
    const object = allowed(portal, access, context, 'write')
    const { inputs } = parsed(createRequest, await bodyOf(context))
    return answered(context, batchCreate(portal, object, inputs, version), 201)
  })
  routes.post('/:type/batch/update', async context => {
    const object = allowed(portal, access, context, 'write')
    const { inputs } = parsed(changeRequest, await bodyOf(context))
    return answered(context, batchUpdate(portal, object, inputs, version), 200)
  })
  routes.post('/:type/batch/upsert', async context => {
    const object = allowed(portal, access, context, 'write')
    const { inputs } = parsed(changeRequest, await bodyOf(context))
    return answered(context, batchUpsert(portal, object, inputs, version), 200)
  })
  routes.post('/:type/batch/archive', async context => {
    const object = allowed(portal, access, context, 'write')
    const { inputs } = parsed(archiveRequest, await bodyOf(context))
    const ids = inputs.map(({ id }) => id)
    batchArchive(portal, object, ids)
    return context.body(null, 204)
  })
  return routes
}
