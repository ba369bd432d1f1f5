import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js'
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/index.js'
import type { z } from 'zod'
import type { Call, Limits } from '../../src/contract/index.ts'
import * as answers from './answers.ts'
import type { Config } from './config.ts'
import type { Kind } from './errors.ts'
import { SEARCH_LANE } from './limits.ts'
import { requestFactories, type SdkRequest, wireOf } from './sdk.ts'
import { createTransport, misshapen } from './transport.ts'

/** Every path and every call of the SDK stands here and in `sdk.ts`, so that date-based paths change no other file. */
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
  /** Makes a record for each input, whatever is there: `id` is left out, unique properties alone stop a second one. */
  batchCreate(object: string, inputs: Input[], call: Call): Promise<answers.BatchAnswer>
  /** Which records of `to` belong to these of `from`, a page of each. At most `MAX_ASSOCIATION_INPUTS`. */
  associated(from: string, to: string, ids: PageOfId[], call: Call): Promise<answers.AssociatedAnswer>
  /** The types of association from one object to another. */
  labels(from: string, to: string, call: Call): Promise<answers.AssociationLabel[]>
  pipelines(object: string, call: Call): Promise<answers.Pipeline[]>
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

/** A record, and where the next page of what belongs to it begins. */
export interface PageOfId {
  id: string
  after?: string
}

/** One input of a batch. `trace` must differ from input to input: only so one bad one spares the others. */
export interface Input {
  id: string
  idProperty?: string
  properties: Record<string, string>
  /** Of a create: the records that it is tied to. */
  associations?: readonly { id: string; typeId: number }[]
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
  /** Of the portal's day, once the account was asked for. */
  let timeZone: string | undefined

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
    limits: () => ({ ...transport.limits(), ...(timeZone === undefined ? {} : { timeZone }) }),
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
    batchCreate: (object, inputs, call) =>
      ask(WRITE, call, answers.batchSchema, () =>
        sdk.batch.create(object, { inputs: inputs.map(wireCreate) }),
      ),
    associated: (from, to, inputs, call) =>
      ask(READ, call, answers.associatedSchema, () => sdk.associations.getPage(from, to, { inputs })),
    labels: async (from, to, call) =>
      (await ask(READ, call, answers.labelsSchema, () => sdk.labels(from, to))).results,
    pipelines: async (object, call) =>
      (await ask(READ, call, answers.pipelinesSchema, () => sdk.pipelines.getAll(object))).results,
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
    account: async call => {
      const account = await ask(READ, call, answers.accountSchema, sdk.account)
      if (account.timeZone !== undefined && isTimeZone(account.timeZone)) timeZone = account.timeZone
      return account
    },
    scopes: async call => (await ask(READ, call, answers.tokenSchema, sdk.scopes)).scopes,
  }
}

function wireInput({ trace, associations: _, ...input }: Input): objects.SimplePublicObjectBatchInputUpsert {
  return { ...input, objectWriteTraceId: trace }
}

/** `id` and `idProperty` only tell whose answer is whose: the key stands among the properties. */
function wireCreate({ trace, associations = [], properties }: Input) {
  return {
    properties,
    associations: associations.map(({ id, typeId }) => ({
      to: { id },
      types: [
        {
          associationCategory: objects.AssociationSpecAssociationCategoryEnum.HubspotDefined,
          associationTypeId: typeId,
        },
      ],
    })),
    objectWriteTraceId: trace,
  }
}

/** A zone that we can't count in is none: the day is then UTC's. */
function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat
  } catch {
    return false
  }
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
