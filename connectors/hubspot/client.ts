import { BasicApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BasicApi.js'
import { BatchApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BatchApi.js'
import { SearchApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/SearchApi.js'
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js'
import { OwnersApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/owners/apis/OwnersApi.js'
import * as owners from '@hubspot/api-client/lib/codegen/crm/owners/index.js'
import { CoreApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/properties/apis/CoreApi.js'
import { GroupsApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/properties/apis/GroupsApi.js'
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

type Page = z.infer<typeof answers.pageSchema>

export interface Search {
  filters: { propertyName: string; operator: keyof typeof OPERATORS; value?: string; values?: string[] }[]
  properties: string[]
  limit: number
}

/** Ids of records, or values of a unique property. */
interface Ids {
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

/**
 * The SDK makes the requests; sending and reading them is ours. Its own sending knows neither deadline nor signal
 * (and ignores the `httpApi` of a call's options), drops the `errors` of a 200, and throws on a success with another
 * status than its specification names.
 */
export function connect(config: Config, now: () => Date): Client {
  const transport = createTransport(config.token, now)
  const sdk = requestFactories(config)

  const ask = <T>(
    what: What,
    call: Call,
    schema: z.ZodType<T>,
    request: () => Promise<SdkRequest>,
  ): Promise<T & { trace: string | undefined }> =>
    call.request(what, async signal => {
      const { json, trace } = await transport.send(wireOf(await request()), what.kind, signal)
      const parsed = schema.safeParse(json)
      if (!parsed.success) throw misshapen(what.kind, parsed.error.issues.map(issueText).join('; '))
      return { ...parsed.data, trace }
    })

  return {
    limits: transport.limits,
    page: (object, names, limit, after, call) =>
      ask(READ, call, answers.pageSchema, () =>
        sdk.basic.getPage(object, limit, after, names, undefined, undefined, false),
      ),
    get: (object, id, call) => ask(READ, call, answers.recordSchema, () => sdk.basic.getById(object, id)),
    search: (object, search, call) =>
      ask(SEARCH, call, answers.searchSchema, () => sdk.search.doSearch(object, searchBody(search))),
    batchRead: (object, { values, ...by }, names, call) =>
      ask(READ, call, answers.batchSchema, () =>
        sdk.batch.read(object, {
          ...by,
          inputs: values.map(id => ({ id })),
          properties: names,
          propertiesWithHistory: [],
        }),
      ),
    batchUpdate: (object, inputs, call) =>
      ask(WRITE, call, answers.batchSchema, () =>
        sdk.batch.update(object, { inputs: inputs.map(wireInput) }),
      ),
    batchUpsert: (object, inputs, call) =>
      ask(WRITE, call, answers.batchSchema, () =>
        sdk.batch.upsert(object, { inputs: inputs.map(wireInput) }),
      ),
    properties: async (object, call) =>
      (await ask(READ, call, answers.propertiesSchema, () => sdk.core.getAll(object, false))).results,
    createProperty: (object, { unique, type, ...property }, call) =>
      ask(WRITE, call, answers.propertySchema, () =>
        sdk.core.create(object, { ...property, ...PROPERTY_TYPES[type], hasUniqueValue: unique }),
      ),
    setOptions: async (object, name, options, call) => {
      await ask(WRITE, call, answers.propertySchema, () => sdk.core.update(object, name, { options }))
    },
    groups: async (object, call) => {
      const { results } = await ask(READ, call, answers.groupsSchema, () => sdk.groups.getAll(object))
      return results.map(group => group.name)
    },
    createGroup: async (object, name, label, call) => {
      await ask(WRITE, call, answers.createdGroupSchema, () => sdk.groups.create(object, { name, label }))
    },
    owners: (after, call) =>
      ask(READ, call, answers.ownersSchema, () => sdk.owners.getPage(undefined, after, OWNERS_LIMIT, false)),
    account: call => ask(READ, call, answers.accountSchema, () => sdk.plain('GET', ACCOUNT_PATH)),
    scopes: async call => {
      const body = { tokenKey: config.token }
      return (await ask(READ, call, answers.tokenSchema, () => sdk.plain('POST', TOKEN_PATH, body))).scopes
    },
  }
}

function requestFactories(config: Config) {
  const baseUrl = config.base_url.replace(/\/+$/, '')
  const authMethods = { oauth2: { accessToken: config.token } }
  const forObjects = objects.createConfiguration({
    baseServer: new objects.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  const forProperties = properties.createConfiguration({
    baseServer: new properties.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  const forOwners = owners.createConfiguration({
    baseServer: new owners.ServerConfiguration(baseUrl, {}),
    authMethods,
  })
  return {
    basic: new BasicApiRequestFactory(forObjects),
    batch: new BatchApiRequestFactory(forObjects),
    search: new SearchApiRequestFactory(forObjects),
    core: new CoreApiRequestFactory(forProperties),
    groups: new GroupsApiRequestFactory(forProperties),
    owners: new OwnersApiRequestFactory(forOwners),
    /** For the few paths that the SDK has no method for. */
    plain: async (method: string, path: string, body?: unknown): Promise<SdkRequest> => ({
      getHttpMethod: () => method,
      getUrl: () => baseUrl + path,
      getHeaders: () => ({ 'Content-Type': 'application/json', Authorization: `Bearer ${config.token}` }),
      getBody: () => (body === undefined ? undefined : JSON.stringify(body)),
    }),
  }
}

/** What the SDK's modules agree on: their own types of a request are one for each module. */
interface SdkRequest {
  getHttpMethod(): string
  getUrl(): string
  getHeaders(): Readonly<Record<string, string>>
  getBody(): unknown
}

function wireOf(request: SdkRequest): Wire {
  const body = request.getBody()
  return {
    method: request.getHttpMethod(),
    url: request.getUrl(),
    headers: { ...request.getHeaders(), Accept: 'application/json', 'User-Agent': 'oql-sync' },
    ...(typeof body === 'string' ? { body } : {}),
  }
}

function wireInput({ trace, ...input }: Input): objects.SimplePublicObjectBatchInputUpsert {
  return { ...input, objectWriteTraceId: trace }
}

/** Sorted by id, so that the next page can begin above the last one. */
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
  }
}

const issueText = (issue: z.core.$ZodIssue) => `${issue.path.join('.')} ${issue.message}`
