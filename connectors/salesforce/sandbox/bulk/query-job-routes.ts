import { stringify } from 'csv-stringify/sync'
import { Hono } from 'hono'
import { z } from 'zod'
import { isCompound } from '../org/compound-field.ts'
import type { Org } from '../org/org.ts'
import { notFound, refusal } from '../rest/refusal.ts'
import { type ApiContext, type ApiEnv, baseOf, bodyOf } from '../rest/request-parts.ts'
import type { Found } from '../soql/soql-found.ts'
import { parseSoql } from '../soql/soql-parse.ts'
import type { SoqlQuery } from '../soql/soql-query.ts'
import { runSoql } from '../soql/soql-run.ts'
import { shownTime } from './ingest-job.ts'
import type { JobPace } from './ingest-routes.ts'

interface QueryJob {
  id: string
  operation: 'query' | 'queryAll'
  soql: string
  state: 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Aborted'
  createdAt: number
  createdById: string
  apiVersion: number
  pollsLeft: number
  readyAt: number
  found: Found
}

const newJob = z.object({ operation: z.enum(['query', 'queryAll']), query: z.string() })
/** Rows of a page of results where nothing else is asked for. */
const PAGE_ROWS = 50_000

/** `/jobs/query`: a query whose rows come as CSV. They are those of the moment that the job was made. */
export function queryJobRoutes(org: Org, pace: JobPace): Hono<ApiEnv> {
  const jobs = new Map<string, QueryJob>()
  const routes = new Hono<ApiEnv>()
  const jobOf = (context: ApiContext) => {
    const job = jobs.get(context.req.param('id') ?? '')
    if (job === undefined) throw notFound()
    return job
  }
  routes.post('/', async context => {
    const read = newJob.safeParse(await bodyOf(context))
    if (!read.success) throw refusal(400, 'INVALIDJOB', z.prettifyError(read.error))
    const job = createJob(org, context, read.data, pace)
    jobs.set(job.id, job)
    return context.json(shownJob(job))
  })
  routes.get('/:id', context => {
    const job = jobOf(context)
    poll(org, job)
    return context.json(shownJob(job))
  })
  routes.patch('/:id', context => {
    const job = jobOf(context)
    job.state = 'Aborted'
    return context.json(shownJob(job))
  })
  routes.delete('/:id', context => {
    jobs.delete(jobOf(context).id)
    return context.body(null, 204)
  })
  routes.get('/:id/results', context => results(context, jobOf(context)))
  return routes
}

/** A job's rows are records as they stand, one a line. */
function takenByJobs(query: SoqlQuery): SoqlQuery {
  const isAggregate = query.groupBy.length > 0 || query.select.some(({ kind }) => kind === 'aggregate')
  const [what] = [
    ...(isAggregate ? ['Aggregates'] : []),
    ...(query.offset > 0 ? ['OFFSET'] : []),
    ...(query.select.some(({ kind }) => kind === 'children') ? ['Nested queries'] : []),
    ...(query.select.some(one => one.kind === 'field' && isCompound(one.path)) ? ['Compound fields'] : []),
  ]
  if (what === undefined) return query
  throw refusal(400, 'API_ERROR', `${what} not supported in Bulk V2 Query with CSV content type`)
}

function createJob(org: Org, context: ApiContext, asked: z.infer<typeof newJob>, pace: JobPace): QueryJob {
  const base = baseOf(context)
  const user = context.get('user')
  const options = { deleted: asked.operation === 'queryAll', base }
  return {
    id: org.newId('750'),
    operation: asked.operation,
    soql: asked.query,
    state: 'UploadComplete',
    createdAt: org.clock.now(),
    createdById: user.id,
    apiVersion: Number(base.slice('/services/data/v'.length)),
    pollsLeft: pace.polls,
    readyAt: org.clock.now() + pace.ms,
    found: runSoql(org, user, takenByJobs(parseSoql(asked.query)), options),
  }
}

function poll(org: Org, job: QueryJob): void {
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return
  const waiting = job.pollsLeft > 0
  job.pollsLeft--
  job.state = waiting || org.clock.now() < job.readyAt ? 'InProgress' : 'JobComplete'
}

function results(context: ApiContext, job: QueryJob): Response {
  if (job.state !== 'JobComplete') throw refusal(400, 'INVALIDJOBSTATE', `The job is ${job.state}`)
  const from = Number(context.req.query('locator') ?? 0)
  const most = Number(context.req.query('maxRecords') ?? PAGE_ROWS)
  if (!Number.isInteger(from) || !Number.isInteger(most) || most < 1) {
    throw refusal(400, 'INVALIDLOCATOR', 'The locator or maxRecords is no number')
  }
  const to = Math.min(job.found.rows, from + most)
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, at) =>
    job.found.cells(from + at).map(value => (value === null ? '' : String(value))),
  )
  const csv = stringify([[...job.found.columns], ...rows], { quoted: true, record_delimiter: '\n' })
  const locator = to < job.found.rows ? String(to) : 'null'
  return context.body(csv, 200, {
    'content-type': 'text/csv',
    'sforce-locator': locator,
    'sforce-numberofrecords': String(rows.length),
  })
}

function shownJob(job: QueryJob) {
  return {
    id: job.id,
    operation: job.operation,
    object: /\bfrom\s+(\w+)/i.exec(job.soql)?.[1] ?? '',
    createdById: job.createdById,
    createdDate: shownTime(job.createdAt),
    systemModstamp: shownTime(job.createdAt),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: job.apiVersion,
    jobType: 'V2Query',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    numberRecordsProcessed: job.state === 'JobComplete' ? job.found.rows : 0,
    retries: 0,
    totalProcessingTime: 0,
  }
}
