import type { Context } from 'hono'
import type { SandboxUser } from '../options.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import type { Caller } from './caller.ts'
import { notFound, parserError, refusal } from './refusal.ts'

/** What the API knows of the request besides its own parts. */
export interface ApiEnv {
  Variables: { user: SandboxUser }
}

export type ApiContext = Context<ApiEnv>

/** Salesforce knows these versions at the end of 2026; older ones are retired. */
const FIRST_VERSION = 31
export const LAST_VERSION = 68

/** The versions that the org has, oldest first. */
export const versionsOf = ({ settings: { newestVersion } }: Org): number[] =>
  Array.from({ length: newestVersion - FIRST_VERSION + 1 }, (_, at) => FIRST_VERSION + at)

/** Throws a 404 for a version that the org does not have, a 410 for one that Salesforce had. */
export function checkVersion(org: Org, context: Context): void {
  const version = Number(/^v(\d+)\.0$/.exec(context.req.param('version') ?? '')?.[1])
  if (version < FIRST_VERSION) throw refusal(410, 'GONE', 'The requested resource is no longer available')
  if (!versionsOf(org).includes(version)) throw notFound()
}

/** `/services/data/v68.0`. */
export function baseOf(context: Context): string {
  return context.req.path.split('/').slice(0, 4).join('/')
}

export function callerOf(context: ApiContext): Caller {
  return {
    user: context.get('user'),
    autoAssign: !/^false$/i.test(context.req.header('sforce-auto-assign') ?? ''),
    allowDuplicates: /allowSave\s*=\s*true/i.test(context.req.header('sforce-duplicate-rule-header') ?? ''),
  }
}

/** Throws a 404 for an object that is not there, or not for this user. */
export function objectOf(org: Org, user: SandboxUser, name: string): ObjectType {
  const object = org.catalogue.find(name)
  const access = object && org.permissions.object(user, object)
  if (object === undefined || !(access?.read || access?.create)) throw notFound()
  return object
}

export type JsonObject = Record<string, unknown>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The JSON body, which has to be an object. */
export async function bodyOf(context: Context): Promise<JsonObject> {
  if (!/^application\/json/i.test(context.req.header('content-type') ?? '')) {
    throw refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Type not supported: send application/json')
  }
  const body: unknown = await context.req.text().then(parsedJson)
  if (!isJsonObject(body)) throw parserError('Unexpected value at [line:1, column:1]')
  return body
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw parserError(`${error.message} at [line:1, column:1]`)
  }
}

/** A JSON body's list of objects. */
export function listOf(body: JsonObject, name: string): JsonObject[] {
  const list = body[name]
  if (!Array.isArray(list) || !list.every(isJsonObject)) {
    throw parserError(`The HTTP entity body needs a list of objects in ${name}`)
  }
  return list
}
