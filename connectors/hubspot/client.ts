import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js'
import * as owners from '@hubspot/api-client/lib/codegen/crm/owners/index.js'
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/index.js'
import type { z } from 'zod'
import type { Call, Limits } from '../../src/contract/index.ts'
import * as answers from './answers.ts'
import type { Config } from './config.ts'
import type { Kind } from './errors.ts'
import { SEARCH_LANE } from './limits.ts'
import { createTransport, misshapen, type Wire } from './transport.ts'

/** Every path and every call of the SDK stands in this file, so that date-based paths change no other. */
export interface Client {
  limits(): Limits
  page(
    object: string,
    properties: string[],
    limit: number,
    after: string | undefined,
    call: Call,
  ): Promise<Page>
  /** Archived and unknown ids throw `RequestFailed` of kind `gone`. */
  get(object: string, id: string, call: Call): Promise<answers.HubSpotRecord>
  search(object: string, search: Search, call: Call): Promise<z.infer<typeof answers.searchSchema>>
  batchRead(object: string, ids: Ids, properties: string[], call: Call): Promise<answers.BatchAnswer>
  batchUpdate(object: string, inputs: Input[], call: Call): Promise<answers.BatchAnswer>
  batchUpsert(object: string, inputs: Input[], call: Call): Promise<answers.BatchAnswer>
  properties(object: string, call: Call): Promise<answers.Property[]>
  /** Restores an archived property of this name, as it was. An existing name is a `duplicate`. */
  createProperty(object: string, property: NewProperty, call: Call): Promise<answers.Property>
  /** Replaces the whole list. */
  setOptions(object: string, name: string, options: Option[], call: Call): Promise<void>
  groups(object: string, call: Call): Promise<string[]>
  createGroup(object: string, name: string, label: string, call: Call): Promise<void>
  owners(after: string | undefined, call: Call): Promise<z.infer<typeof answers.ownersSchema>>
  account(call: Call): Promise<z.infer<typeof answers.accountSchema>>
  /** Scopes of the token: HubSpot tells them for private apps; other tokens are refused. */
  scopes(call: Call): Promise<string[]>
}

export type Page = z.infer<typeof answers.pageSchema>

export interface Search {
  filters: { propertyName: string; operator: keyof typeof OPERATORS; value?: string; values?: string[] }[]
  properties: string[]
  limit: number
  after?: string | undefined
}

/** Ids of records, or values of a unique property. */
export interface Ids {
  values: readonly string[]
  idProperty?: string
}

/** One input of a batch. `trace` must differ from input to input: only so one bad one spares the others. */
export interface Input {
  id: string
  idProperty?: string
  properties: Record<string, string>
  trace: string
}

export type Option = properties.OptionInput

/** A property to be made; `type` decides how HubSpot shows it. */
export interface NewProperty {
  name: string
  label: string
  description: string
  groupName: string
  type: keyof typeof PROPERTY_TYPES
  options: Option[]
  unique: boolean
}

const PROPERTY_TYPES = {
  text: {
    type: properties.PropertyCreateTypeEnum.String,
    fieldType: properties.PropertyCreateFieldTypeEnum.Text,
  },
  number: {
    type: properties.PropertyCreateTypeEnum.Number,
    fieldType: properties.PropertyCreateFieldTypeEnum.Number,
  },
  boolean: {
    type: properties.PropertyCreateTypeEnum.Bool,
    fieldType: properties.PropertyCreateFieldTypeEnum.Booleancheckbox,
  },
  date: {
    type: properties.PropertyCreateTypeEnum.Date,
    fieldType: properties.PropertyCreateFieldTypeEnum.Date,
  },
  datetime: {
    type: properties.PropertyCreateTypeEnum.Datetime,
    fieldType: properties.PropertyCreateFieldTypeEnum.Date,
  },
  enumeration: {
    type: properties.PropertyCreateTypeEnum.Enumeration,
    fieldType: properties.PropertyCreateFieldTypeEnum.Select,
  },
} as const

const OPERATORS = {
  IN: objects.FilterOperatorEnum.In,
  GT: objects.FilterOperatorEnum.Gt,
  GTE: objects.FilterOperatorEnum.Gte,
  NOT_HAS_PROPERTY: objects.FilterOperatorEnum.NotHasProperty,
} as const

/** Most owners on a page. */
const OWNERS_LIMIT = 500

const ACCOUNT_PATH = '/account-info/v3/details'
const TOKEN_PATH = '/oauth/v2/private-apps/get/access-token-info'

type What = { kind: Kind; lane?: string }
const READ: What = { kind: 'read' }
const WRITE: What = { kind: 'write' }
const SEARCH: What = { kind: 'read', lane: SEARCH_LANE }

export function connect(config: Config, now: () => Date): Client {
  const baseUrl = config.base_url.replace(/\/+$/, '')
  const transport = createTransport(config.token, now)
  const authMethods = { oauth2: { accessToken: config.token } }

  /** Sends what `operation` asks of the SDK, and reads the answer itself: the SDK drops the `errors` of a 200. */
  const ask = <T>(
    what: What,
    call: Call,
    schema: z.ZodType<T>,
    operation: (http: Http) => Promise<unknown>,
  ): Promise<T & { trace: string | undefined }> =>
    call.request(what, async signal => {
      let answer: { json: unknown; trace: string | undefined } = { json: undefined, trace: undefined }
      await operation({
        send: async request => {
          answer = await transport.send(wireOf(request), what.kind, signal)
          return contextOf(answer.json)
        },
      })
      const parsed = schema.safeParse(answer.json)
      if (!parsed.success) throw misshapen(what.kind, parsed.error.issues.map(issueText).join('; '))
      return { ...parsed.data, trace: answer.trace }
    })

  // An SDK method ignores the `httpApi` of its own options, so each request has a configuration of its own.
  const configured = {
    objects: (http: Http) =>
      objects.createConfiguration({
        baseServer: new objects.ServerConfiguration(baseUrl, {}),
        httpApi: objects.wrapHttpLibrary(http),
        authMethods,
      }),
    properties: (http: Http) =>
      properties.createConfiguration({
        baseServer: new properties.ServerConfiguration(baseUrl, {}),
        httpApi: properties.wrapHttpLibrary(http),
        authMethods,
      }),
    owners: (http: Http) =>
      owners.createConfiguration({
        baseServer: new owners.ServerConfiguration(baseUrl, {}),
        httpApi: owners.wrapHttpLibrary(http),
        authMethods,
      }),
  }
  const basic = (http: Http) => new objects.BasicApi(configured.objects(http))
  const batch = (http: Http) => new objects.BatchApi(configured.objects(http))
  const core = (http: Http) => new properties.CoreApi(configured.properties(http))
  const groups = (http: Http) => new properties.GroupsApi(configured.properties(http))

  /** For the few paths that the SDK has no method for. */
  const plain = (http: Http, method: string, path: string, body?: unknown) =>
    http.send({
      getHttpMethod: () => method,
      getUrl: () => baseUrl + path,
      getHeaders: () => ({ ...JSON_HEADERS, Authorization: `Bearer ${config.token}` }),
      getBody: () => (body === undefined ? undefined : JSON.stringify(body)),
    })

  return {
    limits: transport.limits,
    page: (object, names, limit, after, call) =>
      ask(READ, call, answers.pageSchema, http =>
        basic(http).getPage(object, limit, after, names, undefined, undefined, false),
      ),
    get: (object, id, call) => ask(READ, call, answers.recordSchema, http => basic(http).getById(object, id)),
    search: (object, search, call) =>
      ask(SEARCH, call, answers.searchSchema, http =>
        new objects.SearchApi(configured.objects(http)).doSearch(object, searchBody(search)),
      ),
    batchRead: (object, ids, names, call) =>
      ask(READ, call, answers.batchSchema, http =>
        batch(http).read(object, {
          inputs: ids.values.map(id => ({ id })),
          ...(ids.idProperty === undefined ? {} : { idProperty: ids.idProperty }),
          properties: names,
          propertiesWithHistory: [],
        }),
      ),
    batchUpdate: (object, inputs, call) =>
      ask(WRITE, call, answers.batchSchema, http =>
        batch(http).update(object, { inputs: inputs.map(wireInput) }),
      ),
    batchUpsert: (object, inputs, call) =>
      ask(WRITE, call, answers.batchSchema, http =>
        batch(http).upsert(object, { inputs: inputs.map(wireInput) }),
      ),
    properties: async (object, call) =>
      (await ask(READ, call, answers.propertiesSchema, http => core(http).getAll(object, false))).results,
    createProperty: (object, { unique, type, ...property }, call) =>
      ask(WRITE, call, answers.propertySchema, http =>
        core(http).create(object, { ...property, ...PROPERTY_TYPES[type], hasUniqueValue: unique }),
      ),
    setOptions: async (object, name, options, call) => {
      await ask(WRITE, call, answers.propertySchema, http => core(http).update(object, name, { options }))
    },
    groups: async (object, call) =>
      (await ask(READ, call, answers.groupsSchema, http => groups(http).getAll(object))).results.map(
        group => group.name,
      ),
    createGroup: async (object, name, label, call) => {
      await ask(WRITE, call, answers.createdGroupSchema, http => groups(http).create(object, { name, label }))
    },
    owners: (after, call) =>
      ask(READ, call, answers.ownersSchema, http =>
        new owners.OwnersApi(configured.owners(http)).getPage(undefined, after, OWNERS_LIMIT, false),
      ),
    account: call => ask(READ, call, answers.accountSchema, http => plain(http, 'GET', ACCOUNT_PATH)),
    scopes: async call =>
      (
        await ask(READ, call, answers.tokenSchema, http =>
          plain(http, 'POST', TOKEN_PATH, { tokenKey: config.token }),
        )
      ).scopes,
  }
}

/** What the SDK's three modules agree on: their own types are nominal, one set for each. */
interface Http {
  send(request: SdkRequest): Promise<objects.ResponseContext>
}

interface SdkRequest {
  getHttpMethod(): string
  getUrl(): string
  getHeaders(): Record<string, string>
  getBody(): unknown
}

const JSON_HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' }

function wireOf(request: SdkRequest): Wire {
  const body = request.getBody()
  return {
    method: request.getHttpMethod(),
    url: request.getUrl(),
    headers: { ...request.getHeaders(), 'User-Agent': 'oql-sync' },
    ...(typeof body === 'string' ? { body } : {}),
  }
}

/** The answer in the SDK's shape. It is a success and JSON: anything else was thrown before. */
function contextOf(json: unknown): objects.ResponseContext {
  const bytes = Buffer.from(JSON.stringify(json))
  return new objects.ResponseContext(
    200,
    { 'content-type': 'application/json' },
    { text: async () => bytes.toString(), binary: async () => bytes },
  )
}

function wireInput({ trace, ...input }: Input): objects.SimplePublicObjectBatchInputUpsert {
  return { ...input, objectWriteTraceId: trace }
}

/** Sorted by id, so that a search can go on after the 10,000th result from the last id. */
function searchBody(search: Search): objects.PublicObjectSearchRequest {
  const filters = search.filters.map(({ operator, ...filter }) => ({
    ...filter,
    operator: OPERATORS[operator],
  }))
  return {
    filterGroups: filters.length === 0 ? [] : [{ filters }],
    sorts: ['hs_object_id'],
    properties: search.properties,
    limit: search.limit,
    ...(search.after === undefined ? {} : { after: search.after }),
  }
}

const issueText = (issue: z.core.$ZodIssue) => `${issue.path.join('.')} ${issue.message}`
