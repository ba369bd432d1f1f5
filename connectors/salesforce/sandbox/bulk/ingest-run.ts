import { parse } from 'csv-parse/sync'
import type { Field } from '../org/field.ts'
import { parseId } from '../org/id.ts'
import type { Org } from '../org/org.ts'
import type { Caller } from '../rest/caller.ts'
import { failed, type Outcome } from '../write/outcome.ts'
import { type Row, readCsvRow, visibleField } from '../write/row.ts'
import { holdersOf, sharedKeys, upsert } from '../write/upsert.ts'
import { insert, remove, update } from '../write/write.ts'
import { type BatchRow, writeBatch } from '../write/write-batch.ts'
import type { IngestJob, JobRow } from './ingest-job.ts'

/** Salesforce works a job off in batches of this many rows; a key twice in one fails those rows. */
const BATCH_ROWS = 10_000

/** Works the upload off. What is wrong with it as a whole fails the job, and no row is processed. */
export function runIngest(org: Org, job: IngestJob): void {
  const problem = takeUpload(job)
  const columns = problem === undefined ? columnsOf(org, job, job.header) : { problem }
  job.modifiedAt = org.clock.now()
  if ('problem' in columns) {
    job.state = 'Failed'
    job.error = columns.problem
    return
  }
  const stop = org.stopJobAfter
  org.stopJobAfter = null
  const rows = job.rows.slice(0, stop ?? job.rows.length)
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const batch = rows.slice(from, from + BATCH_ROWS)
    const outcomes = runBatch(org, job, columns, batch)
    for (const [at, row] of batch.entries()) row.outcome = outcomes[at] ?? null
  }
  job.state = stop === null ? 'JobComplete' : 'Failed'
  job.error = stop === null ? null : 'InternalServerError : The job failed in the middle'
}

/** Reads the upload into the job's rows; what is wrong with it. */
export function takeUpload(job: IngestJob): string | undefined {
  const read = readUpload(job)
  if ('problem' in read) return read.problem
  job.header = read.header
  job.rows = read.rows
  return undefined
}

type Upload = { header: string[]; rows: JobRow[] } | { problem: string }

function readUpload(job: IngestJob): Upload {
  const text = job.upload ?? ''
  const crlf = /\r\n/.test(text)
  if (text.includes('\n') && crlf !== (job.lineEnding === 'CRLF')) {
    return {
      problem: `InvalidBatch : LineEnding is invalid on user data. Current LineEnding setting is ${job.lineEnding}`,
    }
  }
  try {
    const lines: string[][] = parse(text, {
      delimiter: DELIMITERS[job.columnDelimiter] ?? ',',
      record_delimiter: job.lineEnding === 'CRLF' ? '\r\n' : '\n',
      skip_empty_lines: true,
      bom: true,
    })
    const [header = [], ...rows] = lines
    return { header, rows: rows.map(cells => ({ cells, id: '', outcome: null })) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { problem: `InvalidBatch : Failed to parse CSV: ${error.message}` }
  }
}

export const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  SEMICOLON: ';',
  TAB: '\t',
  PIPE: '|',
  CARET: '^',
  BACKQUOTE: '`',
}

interface Columns {
  fields: readonly (Field | null)[]
  /** Where the `Id` stands; -1 without one. */
  id: number
}

function columnsOf(org: Org, job: IngestJob, header: readonly string[]): Columns | { problem: string } {
  const id = header.findIndex(name => name.toLowerCase() === 'id')
  const fields = header.map((name, at) => (at === id ? null : visibleField(org, job.user, job.object, name)))
  const unknown = fields.indexOf(undefined)
  if (unknown !== -1) return { problem: `InvalidBatch : Field name not found : ${header[unknown]}` }
  const needsId = job.operation === 'update' || job.operation === 'delete'
  // Nothing is asked of a job without rows.
  if (needsId && id === -1 && job.rows.length > 0) {
    return { problem: 'InvalidBatch : Field name not found : Id' }
  }
  const twice = header.find((name, at) => header.indexOf(name) !== at)
  if (twice !== undefined) return { problem: `InvalidBatch : Duplicate field name : ${twice}` }
  const key = job.externalId
  if (key !== null && key.type !== 'id' && !fields.includes(key) && job.rows.length > 0) {
    return { problem: `InvalidBatch : Field name not found : ${key.name}` }
  }
  return { fields: fields.map(field => field ?? null), id }
}

/** Bulk jobs know no headers: no assignment rule is named, and duplicates are not let pass. */
function runBatch(org: Org, job: IngestJob, columns: Columns, batch: readonly JobRow[]): Outcome[] {
  const caller: Caller = { user: job.user, autoAssign: false, allowDuplicates: false }
  const rows = batch.map(({ cells }) => readCsvRow(columns.fields, cells))
  const shared = job.externalId === null ? () => undefined : sharedKeys(rows, job.externalId)
  const written = rows.map((row, at): BatchRow => {
    const id = batch[at]?.cells[columns.id] ?? ''
    const refused = shared(row)
    const uploaded = batch[at]
    if (uploaded !== undefined) uploaded.id = parseId(id) ?? holderOf(org, job, row)
    return {
      object: job.object.name,
      row,
      ...(id === '' ? {} : { id }),
      ...(refused === undefined ? {} : { refused }),
      write: () => writeRow(org, job, caller, id, row),
    }
  })
  return writeBatch(org, written, false)
}

/** The record that has the row's key already. */
function holderOf(org: Org, { object, externalId }: IngestJob, { values }: Row): string {
  const value = externalId === null || externalId.type === 'id' ? null : (values.get(externalId) ?? null)
  return externalId === null || value === null ? '' : (holdersOf(org, object, externalId, value)[0] ?? '')
}

function writeRow(org: Org, job: IngestJob, caller: Caller, id: string, row: Row): Outcome {
  if (row.errors.length > 0) return { success: false, errors: row.errors }
  if (job.operation === 'insert') return insert(org, caller, job.object, row)
  if (job.operation === 'upsert' && job.externalId !== null && job.externalId.type !== 'id') {
    return upsert(org, caller, job.object, job.externalId, row)
  }
  if (id === '') {
    if (job.operation === 'upsert') return insert(org, caller, job.object, row)
    return failed('MISSING_ARGUMENT', 'Id not specified in an update call', 'Id')
  }
  if (job.operation === 'delete') return remove(org, caller, job.object, id)
  return update(org, caller, job.object, id, row)
}
