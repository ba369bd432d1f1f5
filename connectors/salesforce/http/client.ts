import type { Connection } from 'jsforce'
import { z } from 'zod'
import { type Call, type Limits, SessionFault, type Tools } from '../../../src/contract/index.ts'
import type { Config } from '../config.ts'
import * as answers from './answers.ts'
import { createRequests, issueText } from './requests.ts'
import type { Ids } from './tokens.ts'

/** Every request that the connector makes stands in this file: one method, one HTTP exchange. */
export interface Client {
  limits(): Limits
  /** The API version that is spoken. */
  version(): string
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

const LF = 'LF'

export function connect(config: Config, tools: Pick<Tools, 'now' | 'secret'>): Client {
  const { read, write, limits, version, ids } = createRequests(config, tools)
  const dml = { allOrNone: false, headers: headersOf(config) }

  return {
    limits,
    version,
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
    ids,
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
