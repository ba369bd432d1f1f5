import { z } from 'zod'
import { type CrmField, createTable, type Outcome, type Row, type Table, type Wanted } from './table.ts'

/** An answer of the CRM: its body, or its refusal. */
export interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export interface ExampleCrm {
  tables: Readonly<Record<string, Table>>
  /** Whether they are still there, by id. */
  owners: ReadonlyMap<string, boolean>
  /** Refuses every request from now on; null ends that. */
  refusing: 'throttled' | 'quota' | null
  answer(method: string, path: string, body: unknown): Answer
}

const PAGE = 10
export const THROTTLE_SECONDS = 2
/** Questions that see a job at work. */
const JOB_POLLS = 2

const text = (name: string, unique = false): CrmField => ({ name, label: name, type: 'text', unique })
const COMMON = ['name', 'domain', 'note', 'owner'].map(name => text(name))

/** `company` and `person` lead to records; `status` is `open` where nobody says. */
const LEAD = ['company', 'person', 'status', 'ended_at'].map(name => text(name))
const NOTE = ['company', 'subject', 'body', 'at', 'owner'].map(name => text(name))

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const where = z.strictObject({
  ids: z.array(z.string()).max(PAGE).optional(),
  by: z.string().optional(),
  values: z.array(z.string()).max(PAGE).optional(),
  since: z.string().optional(),
  without: z.string().optional(),
})
const question = z.strictObject({ where, fields: z.array(z.string()), from: z.number() })
const wantedRows = z.strictObject({
  rows: z.array(
    z.strictObject({
      id: z.string().optional(),
      upsert: z.string().optional(),
      fields: z.record(z.string(), value),
    }),
  ),
})
const field = z.strictObject({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  unique: z.boolean(),
  options: z.array(z.string()).optional(),
})

interface Job {
  table: Table
  rows?: Wanted[]
  polls: number
  outcomes?: Outcome[]
}

export function createExampleCrm(): ExampleCrm {
  const tables = {
    companies: createTable('c', [...COMMON, text('account_key', true)]),
    leads: createTable('l', [...COMMON, ...LEAD, text('account_key')]),
    people: createTable('p', [text('name'), text('company'), text('email', true)]),
    tasks: createTable('t', NOTE),
    notes: createTable('n', NOTE),
    events: createTable('e', []),
  }
  const jobs = new Map<string, Job>()
  const crm: ExampleCrm = {
    tables,
    owners: new Map([
      ['ann', true],
      ['bob', false],
    ]),
    refusing: null,
    answer: (method, path, body) => {
      const refusal = refusalOf(crm)
      if (refusal !== undefined) return refusal
      const [, what = '', name = ''] = path.split('/')
      if (what === 'me') return ok({ name: 'kit', workspace: 'w-1' })
      if (what === 'owners') return ok([...crm.owners].map(([id, active]) => ({ id, active })))
      if (what === 'jobs')
        return name === '' ? newJob(body) : method === 'GET' ? polled(name) : filled(name, body)
      const table = Object.entries(tables).find(([known]) => known === name)?.[1]
      return table === undefined ? notFound : onTable(table, method, what, body)
    },
  }
  const newJob = (body: unknown): Answer => {
    const { object } = z.object({ object: z.enum(['companies', 'leads']) }).parse(body)
    const id = `job-${jobs.size + 1}`
    jobs.set(id, { table: tables[object], polls: 0 })
    return ok({ id })
  }
  const filled = (id: string, body: unknown): Answer => {
    const job = jobs.get(id)
    if (job === undefined || job.rows !== undefined) return notFound
    job.rows = wantedRows.parse(body).rows
    return ok({})
  }
  const polled = (id: string): Answer => {
    const job = jobs.get(id)
    if (job === undefined) return notFound
    if (job.rows === undefined) return ok({ state: 'empty' })
    if (job.polls++ < JOB_POLLS) return ok({ state: 'working' })
    job.outcomes ??= job.rows.map(job.table.write)
    return ok({ state: 'done', rows: job.outcomes })
  }
  return crm
}

function onTable(table: Table, method: string, what: string, body: unknown): Answer {
  if (what === 'fields' && method === 'GET') return ok({ fields: [...table.fields.values()] })
  if (what === 'fields') return ok(withField(table, body))
  if (what === 'write') return written(table, wantedRows.parse(body).rows)
  if (what === 'count') {
    return ok({ count: found(table, z.object({ where }).parse(body).where).length })
  }
  const { where: asked, fields, from } = question.parse(body)
  const rows = found(table, asked)
  const records = rows.slice(from, from + PAGE).map(({ row, askedId }) => ({
    id: row.id,
    askedId,
    createdAt: row.createdAt.toISOString(),
    fields: Object.fromEntries(fields.map(name => [name, shownOf(row, name)])),
  }))
  return ok({ records, ...(from + PAGE < rows.length ? { next: from + PAGE } : {}) })
}

/** Row by row; but nothing where the whole is refused, and no row where the refusal is nobody's. */
function written(table: Table, rows: readonly Wanted[]): Answer {
  const telling = table.telling(rows)
  if (telling === 'whole') return refused(400, 'INVALID', 'one of the rows is not taken')
  const outcomes = rows.map(table.write)
  const error = outcomes.flatMap(outcome => ('error' in outcome ? outcome.error : []))[0]
  return telling === 'unnamed' ? ok({ error }) : ok(outcomes)
}

/** When a record was changed can be asked for as a field is. */
const shownOf = (row: Row, name: string): Row['fields'][string] =>
  name === 'changed_at' ? row.changedAt.toISOString() : (row.fields[name] ?? null)

/** A new field, or more options for one that is there. */
function withField(table: Table, body: unknown): object {
  const { options, ...given } = field.parse(body)
  const there = table.fields.get(given.name)
  const merged = [...new Set([...(there?.options ?? []), ...(options ?? [])])]
  table.fields.set(given.name, { ...given, ...(options === undefined ? {} : { options: merged }) })
  return {}
}

function found(table: Table, asked: z.infer<typeof where>): { row: Row; askedId?: string }[] {
  const { ids, by, values, since, without } = asked
  if (ids !== undefined) {
    return ids.flatMap(id => {
      const row = table.find(id)
      return row === undefined ? [] : [row.id === id ? { row } : { row, askedId: id }]
    })
  }
  const wanted = new Set(values?.map(one => one.toLowerCase()))
  return [...table.rows.values()]
    .filter(({ fields }) => by === undefined || wanted.has(String(fields[by] ?? '').toLowerCase()))
    .filter(({ changedAt }) => since === undefined || changedAt >= new Date(since))
    .filter(({ fields }) => without === undefined || (fields[without] ?? null) === null)
    .map(row => ({ row }))
}

function refusalOf({ refusing }: ExampleCrm): Answer | undefined {
  if (refusing === 'quota') return refused(429, 'QUOTA', "the day's calls are used up")
  if (refusing === null) return undefined
  return { ...refused(429, 'TOO_FAST', 'too fast'), headers: { 'retry-after': String(THROTTLE_SECONDS) } }
}

const ok = (body: unknown): Answer => ({ status: 200, body })
const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: { code, message },
})
const notFound = refused(404, 'NOT_FOUND', 'there is no such thing')
export const notLetIn = refused(401, 'UNAUTHORIZED', 'this token is not known')
