import type { z } from 'zod'
import type { Call } from '../../../src/contract/index.ts'
import type { Config } from '../config.ts'
import * as answers from './answers.ts'
import { changeBody, createBody, propertyBody, searchBody } from './bodies.ts'
import type { Client } from './client.ts'
import type { Kind } from './errors.ts'
import { SEARCH_LANE } from './limits.ts'
import { paths } from './paths.ts'
import type { Input } from './requests.ts'
import { type ApiRequest, createRequests } from './sdk.ts'
import { createTransport, misshapen } from './transport.ts'

/** Most owners on a page. */
const OWNERS_LIMIT = 500

type What = { kind: Kind; lane?: string }
const READ: What = { kind: 'read' }
const WRITE: What = { kind: 'write' }
const SEARCH: What = { kind: 'read', lane: SEARCH_LANE }

/** A client whose calls go through the hook of the core, one HTTP request each. */
export function connect(config: Config, now: () => Date): Client {
  const transport = createTransport(config.token, now)
  const wireOf = createRequests(config)
  /** Of the portal's day, once the account was asked for. */
  let timeZone: string | undefined

  const ask = <T>(what: What, asked: ApiRequest, schema: z.ZodType<T>, call: Call) =>
    call.request(what, async (signal): Promise<T & { trace: string | undefined }> => {
      const { json, trace } = await transport.send(wireOf(asked), what.kind, signal)
      const parsed = schema.safeParse(json)
      if (!parsed.success) throw misshapen(what.kind, parsed.error.issues.map(issueText).join('; '))
      return { ...parsed.data, trace }
    })
  const get = <T>(path: string, query: ApiRequest['query'], schema: z.ZodType<T>, call: Call) =>
    ask(READ, { method: 'GET', path, ...(query === undefined ? {} : { query }) }, schema, call)
  const post = <T>(what: What, path: string, body: unknown, schema: z.ZodType<T>, call: Call) =>
    ask(what, { method: 'POST', path, body }, schema, call)

  /** Ways of one request: what differs is the path and how an input is written. */
  const writeBatch =
    (way: 'update' | 'upsert' | 'create', body: (input: Input) => object) =>
    (object: string, inputs: readonly Input[], call: Call) =>
      post(WRITE, paths.batch(object, way), { inputs: inputs.map(body) }, answers.batchSchema, call)
  return {
    limits: () => ({ ...transport.limits(), ...(timeZone === undefined ? {} : { timeZone }) }),
    page: (object, names, limit, after, call) =>
      get(paths.objects(object), pageQuery(names, limit, after), answers.pageSchema, call),
    get: (object, id, call) => get(paths.object(object, id), undefined, answers.recordSchema, call),
    search: (object, search, call) =>
      post(SEARCH, paths.search(object), searchBody(search), answers.searchSchema, call),
    batchRead: (object, { values, ...by }, properties, call) => {
      const body = { ...by, inputs: values.map(id => ({ id })), properties, propertiesWithHistory: [] }
      return post(READ, paths.batch(object, 'read'), body, answers.batchSchema, call)
    },
    batchUpdate: writeBatch('update', changeBody),
    batchUpsert: writeBatch('upsert', changeBody),
    batchCreate: writeBatch('create', createBody),
    associated: (from, to, inputs, call) =>
      post(READ, paths.associated(from, to), { inputs }, answers.associatedSchema, call),
    labels: async (from, to, call) =>
      (await get(paths.labels(from, to), undefined, answers.labelsSchema, call)).results,
    pipelines: async (object, call) =>
      (await get(paths.pipelines(object), undefined, answers.pipelinesSchema, call)).results,
    properties: async (object, call) =>
      (await get(paths.properties(object), { archived: 'false' }, answers.propertiesSchema, call)).results,
    createProperty: (object, property, call) =>
      post(WRITE, paths.properties(object), propertyBody(property), answers.propertySchema, call),
    setOptions: async (object, name, options, call) => {
      const patch = { method: 'PATCH', path: paths.property(object, name), body: { options } } as const
      await ask(WRITE, patch, answers.propertySchema, call)
    },
    groups: async (object, call) =>
      (await get(paths.groups(object), undefined, answers.groupsSchema, call)).results.map(
        ({ name }) => name,
      ),
    createGroup: async (object, name, label, call) => {
      await post(WRITE, paths.groups(object), { name, label }, answers.createdGroupSchema, call)
    },
    owners: (after, call) =>
      get(paths.owners, pageQuery([], OWNERS_LIMIT, after), answers.ownersSchema, call),
    account: async call => {
      const account = await get(paths.account, undefined, answers.accountSchema, call)
      if (account.timeZone !== undefined && isTimeZone(account.timeZone)) timeZone = account.timeZone
      return account
    },
    scopes: async call =>
      (await post(READ, paths.token, { tokenKey: config.token }, answers.tokenSchema, call)).scopes,
  }
}

const pageQuery = (properties: readonly string[], limit: number, after: string | undefined) => ({
  limit: String(limit),
  archived: 'false',
  ...(properties.length === 0 ? {} : { properties: properties.join(',') }),
  ...(after === undefined ? {} : { after }),
})

/** A zone that we can't count in is none: the day is then UTC's. */
function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat
  } catch {
    return false
  }
}

const issueText = (issue: z.core.$ZodIssue) => `${issue.path.join('.')} ${issue.message}`
