import { Hono } from 'hono'
import { z } from 'zod'
import type { Org } from '../org/org.ts'
import { notFound, refusal } from '../rest/refusal.ts'
import { type ApiContext, type ApiEnv, baseOf, bodyOf, objectOf } from '../rest/request-parts.ts'
import { externalIdField } from '../write/upsert.ts'
import { type IngestJob, jobInfo } from './ingest-job.ts'
import { resultsCsv } from './ingest-results.ts'
import { DELIMITERS, runIngest, takeUpload } from './ingest-run.ts'

export interface JobPace {
  /** Polls that see a job unfinished. */
  polls: number
  /** Time by the sandbox's clock that it takes besides. */
  ms: number
}

/** An upload in base64 may be 150 MB; the text that it stands for 100. */
const MAX_UPLOAD_BYTES = 100 * 1_024 * 1_024
/** How long a job and its results are kept. */
const KEPT_MS = 7 * 86_400_000

const newJob = z.object({
  object: z.string(),
  operation: z.enum(['insert', 'update', 'upsert', 'delete']),
  externalIdFieldName: z.string().nullish(),
  lineEnding: z.enum(['LF', 'CRLF']).default('LF'),
  columnDelimiter: z.enum(['COMMA', 'SEMICOLON', 'TAB', 'PIPE', 'CARET', 'BACKQUOTE']).default('COMMA'),
  contentType: z.literal('CSV').default('CSV'),
})

/** `/jobs/ingest`: Bulk API 2.0. */
export function ingestRoutes(org: Org, pace: JobPace, jobs: Map<string, IngestJob>): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  const jobOf = (context: ApiContext) => {
    const job = jobs.get(context.req.param('id') ?? '')
    if (job === undefined || job.createdAt + KEPT_MS < org.clock.now()) throw notFound()
    return job
  }
  routes.post('/', async context => {
    const job = createJob(org, context, await bodyOf(context))
    jobs.set(job.id, job)
    return context.json(jobInfo(job))
  })
  routes.get('/', context => {
    return context.json({ done: true, records: [...jobs.values()].map(jobInfo), nextRecordsUrl: null })
  })
  routes.put('/:id/batches', async context => {
    await upload(context, jobOf(context))
    return context.body(null, 201)
  })
  routes.patch('/:id', async context => {
    const job = jobOf(context)
    const { state } = await bodyOf(context)
    setState(org, job, state, pace)
    return context.json(jobInfo(job))
  })
  routes.get('/:id', context => {
    const job = jobOf(context)
    poll(org, job)
    return context.json(jobInfo(job))
  })
  for (const kind of ['successfulResults', 'failedResults', 'unprocessedrecords'] as const) {
    const answer = (context: ApiContext) => {
      const job = jobOf(context)
      if (!FINISHED.has(job.state))
        throw refusal(400, 'INVALIDJOBSTATE', 'Results are not ready: the job has not finished')
      return context.body(resultsCsv(job, kind), 200, { 'content-type': 'text/csv' })
    }
    routes.get(`/:id/${kind}`, answer)
    // Clients spell it so too.
    if (kind === 'unprocessedrecords') routes.get('/:id/unprocessedRecords', answer)
  }
  routes.delete('/:id', context => {
    const job = jobOf(context)
    if (job.state === 'Open' || job.state === 'InProgress') {
      throw refusal(400, 'INVALIDJOBSTATE', `Unable to delete job, it is ${job.state}`)
    }
    jobs.delete(job.id)
    return context.body(null, 204)
  })
  return routes
}

const FINISHED: ReadonlySet<string> = new Set(['JobComplete', 'Failed', 'Aborted'])

function createJob(org: Org, context: ApiContext, body: unknown): IngestJob {
  const read = newJob.safeParse(body)
  if (!read.success) throw refusal(400, 'INVALIDJOB', z.prettifyError(read.error))
  const { operation, externalIdFieldName, lineEnding, columnDelimiter } = read.data
  const user = context.get('user')
  const object = objectOf(org, user, read.data.object)
  if (operation === 'upsert' && externalIdFieldName == null) {
    throw refusal(400, 'INVALIDJOB', 'InvalidJob : Please specify externalIdFieldName for upsert')
  }
  const named = operation === 'upsert' ? (externalIdFieldName ?? null) : null
  return {
    id: org.newId('750'),
    operation,
    object,
    externalId: named === null ? null : externalIdField(org, user, object, named),
    lineEnding,
    columnDelimiter: columnDelimiter in DELIMITERS ? columnDelimiter : 'COMMA',
    user,
    apiVersion: baseOf(context).slice('/services/data/v'.length),
    state: 'Open',
    createdAt: org.clock.now(),
    modifiedAt: org.clock.now(),
    pollsLeft: 0,
    readyAt: 0,
    upload: null,
    header: [],
    rows: [],
    error: null,
  }
}

async function upload(context: ApiContext, job: IngestJob): Promise<void> {
  if (!/^text\/csv/i.test(context.req.header('content-type') ?? '')) {
    throw refusal(415, 'INVALIDCONTENTTYPE', 'Content-Type must be text/csv')
  }
  const bytes = await context.req.arrayBuffer()
  if (job.state !== 'Open' || job.upload !== null) {
    throw refusal(
      400,
      'INVALIDJOBSTATE',
      `Invalid state: a job takes one upload, and this one is ${job.state}`,
    )
  }
  if (bytes.byteLength > MAX_UPLOAD_BYTES) {
    throw refusal(413, 'REQUEST_TOO_LARGE', 'The upload is larger than 100 MB')
  }
  job.upload = new TextDecoder().decode(bytes)
}

function setState(org: Org, job: IngestJob, state: unknown, pace: JobPace): void {
  const open = job.state === 'Open'
  if (state === 'UploadComplete' && open) {
    if (job.upload === null) throw refusal(400, 'INVALIDJOBSTATE', 'Nothing was uploaded')
    Object.assign(job, { state, pollsLeft: pace.polls, readyAt: org.clock.now() + pace.ms })
  } else if (state === 'Aborted' && !FINISHED.has(job.state)) {
    job.state = state
    // What was uploaded is told as unprocessed.
    if (job.upload !== null) takeUpload(job)
  } else {
    throw refusal(400, 'INVALIDJOBSTATE', `Invalid transition from ${job.state} to ${String(state)}`)
  }
  job.modifiedAt = org.clock.now()
}

/** The job's work is done at the poll that finds it ready: a sandbox has nothing that runs by itself. */
function poll(org: Org, job: IngestJob): void {
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return
  const waiting = job.pollsLeft > 0
  job.pollsLeft--
  if (waiting || org.clock.now() < job.readyAt) job.state = 'InProgress'
  else runIngest(org, job)
}
