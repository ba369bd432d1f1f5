import type { Context } from 'hono'
import { cursorOf, placeOf } from './cursor.ts'
import { badRequest, Refusal } from './refusal.ts'

/** The JSON body. */
export async function bodyOf(context: Context): Promise<unknown> {
  if (!context.req.header('content-type')?.startsWith('application/json')) {
    throw new Refusal(415, { message: 'Unsupported media type: send application/json' })
  }
  try {
    return await context.req.json()
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw badRequest(`Invalid input JSON: ${error.message}`)
  }
}

/** `?name=a,b` and `?name=a&name=b` are the same list. */
export function listOf(context: Context, name: string): string[] {
  return (context.req.queries(name) ?? []).flatMap(text => text.split(',')).filter(text => text !== '')
}

export function archivedOf(context: Context): boolean {
  return context.req.query('archived') === 'true'
}

/** `limit` of a list, and the place that `after` stands for. */
export function pageOf(
  context: Context,
  limits: { most: number; usual: number },
): { limit: number; after: string | undefined } {
  const limit = Number(context.req.query('limit') ?? limits.usual)
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.most) {
    throw badRequest(`limit must be between 1 and ${limits.most}`)
  }
  const after = context.req.query('after')
  return { limit, after: after === undefined ? undefined : placeOf(after) }
}

/** The paging of an answer whose next page begins at this place; none on the last page. */
export function pagingOf(place: string | undefined): { paging?: { next: { after: string; link: string } } } {
  if (place === undefined) return {}
  const after = cursorOf(place)
  return { paging: { next: { after, link: `?after=${after}` } } }
}
