import { Connection } from 'jsforce'
import { z } from 'zod'
import { type Call, type Limits, RequestFailed, SessionFault, type Tools } from '../../src/contract/index.ts'
import * as answers from './answers.ts'
import type { Config } from './config.ts'
import { type Kind, misshapen, reasonOf, refusal, TokenExpired, unanswered } from './errors.ts'
import { type Exchange, sendBy } from './exchange.ts'
import { FIRST_LIMITS, refreshed } from './limits.ts'
import { scrub } from './scrub.ts'
import { createTokens, type Ids, type Token } from './tokens.ts'

/** Every request that the connector makes stands in this file: one method, one HTTP exchange. */
export interface Client {
  limits(): Limits
  /** Deleted records too where `deleted` is set: those that were merged into others are among them. */
  query(soql: string, options: { deleted: boolean }, call: Call): Promise<answers.Page>
  nextPage(url: string, call: Call): Promise<answers.Page>
  /** The row of each record, in their order. */
  update(object: string, records: Sent[], call: Call): Promise<answers.Row[]>
  upsert(object: string, records: Sent[], by: string, call: Call): Promise<answers.Row[]>
  /** Sent again it makes them again; platform events are published so. */
  create(object: string, records: Sent[], call: Call): Promise<answers.Row[]>
  describe(object: string, call: Call): Promise<answers.Described>
  layouts(object: string, call: Call): Promise<answers.Layouts>
  /** As the token tells: no request. */
  ids(call: Call): Promise<Ids>
  /** The same, asked of the org. */
  userInfo(call: Call): Promise<Ids>
  orgLimits(call: Call): Promise<z.infer<typeof answers.orgLimitsSchema>>
  insert(object: string, record: Sent, call: Call): Promise<void>
  /** Of a custom object or platform event, whether we may see it or not. */
  hasObject(name: string, call: Call): Promise<boolean>
  /** Those that are there, of at most ten. */
  readFields(names: string[], call: Call): Promise<answers.CustomField[]>
  readPermissionSets(names: string[], call: Call): Promise<answers.PermissionSet[]>
  /** At most ten components at once. */
  upsertMetadata(
    type: 'CustomField' | 'CustomObject' | 'PermissionSet',
    components: Component[],
    call: Call,
  ): Promise<answers.MetadataResult[]>
  jobs: Jobs
}

/** Ingest jobs of Bulk API 2.0. */
interface Jobs {
  create(
    job: { object: string; operation: 'update' | 'upsert'; externalIdFieldName?: string },
    call: Call,
  ): Promise<answers.Job>
  upload(id: string, csv: string, call: Call): Promise<void>
  close(id: string, call: Call): Promise<answers.Job>
  abort(id: string, call: Call): Promise<answers.Job>
  info(id: string, call: Call): Promise<answers.Job>
  /** The CSV of those that went through, or that did not. */
  results(id: string, which: 'successful' | 'failed', call: Call): Promise<string>
}

/** A record on its way: `null` clears. */
export type Sent = Record<string, unknown>

export type Component = { fullName: string; [member: string]: unknown }

/** Within a session: what jsforce does for one request over one connection. */
type Ask = (connection: Connection) => Promise<unknown>

/** So old a version of jsforce's default would not know half of what we ask. */
const LF = 'LF'

export function connect(config: Config, tools: Pick<Tools, 'now' | 'secret'>): Client {
  const { now } = tools
  const tokens = createTokens(config, tools)
  let limits: Limits = FIRST_LIMITS

  async function once<T>(
    kind: Kind,
    signal: AbortSignal,
    token: Token,
    ask: Ask,
    schema: z.ZodType<T>,
  ): Promise<T> {
    if (signal.aborted) throw new RequestFailed({ kind: 'transient', message: 'stopped before it was sent' })
    // One for each request, so that each has its own signal; it has no way to refresh, and so no endless loop of it.
    const connection = new Connection({
      version: config.api_version,
      loginUrl: config.login_url,
      instanceUrl: token.instanceUrl,
      accessToken: token.accessToken,
    })
    const exchange = sendBy(connection, signal)
    let body: unknown
    try {
      body = await ask(connection)
    } catch (error) {
      throw failureOf(error, exchange, kind, signal)
    } finally {
      if (exchange.answer !== undefined) limits = refreshed(limits, exchange.answer.headers, now())
    }
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data
    throw failureOf(new Error(parsed.error.issues.map(issueText).join('; ')), exchange, kind, signal)
  }

  function failureOf(error: unknown, { answer, lost }: Exchange, kind: Kind, signal: AbortSignal): Error {
    const clean = (text: string) => scrub(text, tokens.secrets())
    if (lost !== undefined) {
      const { failure } = unanswered(lost, kind, signal)
      return new RequestFailed({ ...failure, message: clean(failure.message) })
    }
    if (answer === undefined) return neverAsked(error, clean)
    if (answer.status < 200 || answer.status > 299)
      return refusal({ ...answer, text: clean(answer.text) }, kind)
    return misshapen(answer, kind, clean(reasonOf(error)))
  }

  /** A request whose token has run out is sent once more with a new one: the first was not even looked at. */
  async function request<T>(kind: Kind, call: Call, schema: z.ZodType<T>, ask: Ask): Promise<T> {
    let used: Token | undefined
    const send = (token: (signal: AbortSignal) => Promise<Token>) =>
      call.request({ kind }, async signal => {
        used = await token(call.signal)
        return once(kind, signal, used, ask, schema)
      })
    try {
      return await send(tokens.current)
    } catch (error) {
      const expired = used
      if (!(error instanceof TokenExpired) || expired === undefined) throw error
      return await send(signal => tokens.renew(expired, signal)).catch(refusedAgain)
    }
  }

  const read = <T>(call: Call, schema: z.ZodType<T>, ask: Ask) => request('read', call, schema, ask)
  const write = <T>(call: Call, schema: z.ZodType<T>, ask: Ask) => request('write', call, schema, ask)
  const dml = { allOrNone: false, headers: headersOf(config) }

  return {
    limits: () => limits,
    query: (soql, { deleted }, call) =>
      read(call, answers.pageSchema, c => c.request(`/${deleted ? 'queryAll' : 'query'}?q=${encoded(soql)}`)),
    nextPage: (url, call) => read(call, answers.pageSchema, c => c.request(url)),
    update: (object, records, call) =>
      write(call, answers.rowsSchema.length(records.length), c => c.update(object, records.map(withId), dml)),
    upsert: (object, records, by, call) =>
      write(call, answers.rowsSchema.length(records.length), c => c.upsert(object, records, by, dml)),
    create: (object, records, call) =>
      write(call, answers.rowsSchema.length(records.length), c => c.create(object, records, dml)),
    describe: (object, call) => read(call, answers.describedSchema, c => c.describe(object)),
    layouts: (object, call) => read(call, answers.layoutsSchema, c => c.sobject(object).layouts()),
    ids: async call => (await tokens.current(call.signal)).ids,
    userInfo: async call => {
      const { organization_id: org, user_id: user } = await read(call, answers.userInfoSchema, c =>
        c.request('/services/oauth2/userinfo'),
      )
      return { org, user }
    },
    orgLimits: call => read(call, answers.orgLimitsSchema, c => c.limits()),
    insert: async (object, record, call) => {
      await write(call, answers.savedSchema, c => c.create(object, record))
    },
    hasObject: async (name, call) =>
      there(await read(call, metadataSchema, c => c.metadata.read('CustomObject', [name])), named).length > 0,
    readFields: async (names, call) =>
      there(
        await read(call, metadataSchema, c => c.metadata.read('CustomField', names)),
        answers.customFieldSchema,
      ),
    readPermissionSets: async (names, call) =>
      there(
        await read(call, metadataSchema, c => c.metadata.read('PermissionSet', names)),
        answers.permissionSetSchema,
      ),
    upsertMetadata: (type, components, call) =>
      write(call, answers.metadataResultsSchema, c => c.metadata.upsert(type, components)),
    jobs: {
      create: (job, call) =>
        write(call, answers.jobSchema, c => c.bulk2.createJob({ ...job, lineEnding: LF }).open()),
      upload: async (id, csv, call) => {
        const headers = { 'Content-Type': 'text/csv; charset=utf-8' }
        const url = `/jobs/ingest/${id}/batches`
        // jsforce's own upload reads records for their first one's columns, and sends a stream without its length.
        await write(call, z.unknown(), c => c.request({ method: 'PUT', url, body: csv, headers }))
      },
      close: (id, call) => write(call, answers.jobSchema, c => closed(c, id)),
      abort: (id, call) => write(call, answers.jobSchema, c => aborted(c, id)),
      info: (id, call) => read(call, answers.jobSchema, c => c.bulk2.job('ingest', { id }).check()),
      results: (id, which, call) =>
        read(call, z.string(), c => {
          const job = c.bulk2.job('ingest', { id })
          return which === 'successful' ? job.getSuccessfulResults(true) : job.getFailedResults(true)
        }),
    },
  }
}

/** A quote is left as it is by `encodeURIComponent` and counted three times by the server. */
export const encoded = (soql: string): string => encodeURIComponent(soql).replaceAll("'", '%27')

async function closed(connection: Connection, id: string): Promise<unknown> {
  const job = connection.bulk2.job('ingest', { id })
  await job.close()
  return job.getInfo()
}

async function aborted(connection: Connection, id: string): Promise<unknown> {
  const job = connection.bulk2.job('ingest', { id })
  await job.abort()
  return job.getInfo()
}

function headersOf(config: Config): Record<string, string> {
  return {
    // Salesforce takes this to be TRUE where it is left out, and owners move.
    'Sforce-Auto-Assign': config.auto_assign ? 'TRUE' : 'FALSE',
    'Sforce-Duplicate-Rule-Header': `allowSave=${config.duplicate_rule_allow_save}`,
  }
}

const withId = (record: Sent) => ({ ...record, Id: String(record.Id) })

const metadataSchema = z.preprocess(
  value => (value === undefined || value === null ? [] : value),
  z.array(z.unknown()),
)

const named = z.looseObject({ fullName: z.string().min(1) })

/** Of components that were asked for, those that exist: the others come back without a name. */
const there = <T>(components: readonly unknown[], schema: z.ZodType<T>): T[] =>
  components
    .filter(component => named.safeParse(component).success)
    .map(component => {
      const parsed = schema.safeParse(component)
      if (parsed.success) return parsed.data
      const what = parsed.error.issues.map(issueText).join('; ')
      throw new SessionFault('bug', `Salesforce's metadata has an unknown shape: ${what}`)
    })

function refusedAgain(error: unknown): never {
  if (!(error instanceof TokenExpired)) throw error
  throw new SessionFault('auth', `Salesforce refuses a token that it just gave: ${error.message}`)
}

/** jsforce itself refused to ask. */
function neverAsked(error: unknown, clean: (text: string) => string): SessionFault {
  const reason = clean(reasonOf(error))
  return /JWT-based access tokens/.test(reason)
    ? new SessionFault(
        'config',
        'The app gives access tokens in JWT form, which the metadata API takes from version 68.0 on: set `api_version: "68.0"` or switch that off in the app',
      )
    : new SessionFault('bug', `jsforce: ${reason}`)
}

const issueText = (issue: z.core.$ZodIssue) => `${issue.path.join('.')} ${issue.message}`
