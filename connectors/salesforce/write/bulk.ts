import {
  type Bulk,
  type Call,
  type Change,
  type Failure,
  RequestFailed,
  type Result,
  SessionFault,
  type Ticket,
} from '../../../src/contract/index.ts'
import type { Job, RowError } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { capabilities } from '../objects.ts'
import { shortId } from '../read/soql.ts'
import { canSay, csvOf, type JobRow, jobRows } from './bulk-csv.ts'
import { withNewHomes } from './follow-moved.ts'
import { byParent } from './group-by-parent.ts'
import { externalIdOf, keyOf } from './keys.ts'
import { rowFailure } from './row-failure.ts'
import { failed } from './send-changes.ts'
import { checkBatch } from './write.ts'

/** One upload a job, of at most 100 MB: four kilobytes for each record, twice what a full one takes. */
const MAX_CHANGES = 25_000
const MAX_UPLOAD_BYTES = 100_000_000

/** Jobs of Bulk API 2.0. The deadline is the core's: jsforce's own way gives up after 30 s and deletes the job. */
export function createBulk(client: Client, minChanges: number): Bulk {
  return {
    minChanges,
    maxChanges: MAX_CHANGES,
    takes: canSay,
    open: async ({ object, creates }, call) => {
      const { id } = await client.jobs.create({ object, ...(creates ? upsertOf(object) : UPDATE) }, call)
      return { id, object, creates }
    },
    send: (ticket, changes, call) => send(client, ticket, changes, call),
    collect: (ticket, sent, call) => collect(client, ticket, sent, call),
  }
}

const UPDATE = { operation: 'update' } as const

/** A job is opened before its changes are seen: what is made by another key than the account's goes in batches. */
function upsertOf(object: string): { operation: 'upsert'; externalIdFieldName: string } {
  const externalIdFieldName = capabilities.key[object]
  if (externalIdFieldName !== undefined) return { operation: 'upsert', externalIdFieldName }
  throw new SessionFault('bug', `Salesforce ${object} has no key that a bulk job could make it by`)
}

async function send(client: Client, ticket: Ticket, changes: readonly Change[], call: Call): Promise<void> {
  const first = changes[0]
  if (
    first === undefined ||
    first.object !== ticket.object ||
    (first.remoteId === undefined) !== ticket.creates
  ) {
    throw new SessionFault('bug', `job ${ticket.id} was opened for other changes`)
  }
  checkBatch(changes, first)
  if (ticket.creates && externalIdOf(first) !== capabilities.key[ticket.object]) {
    throw new SessionFault('bug', `job ${ticket.id} makes ${ticket.object} by the account's key alone`)
  }
  const csv = csvOf(byParent(changes), ticket)
  if (Buffer.byteLength(csv) > MAX_UPLOAD_BYTES) {
    throw new SessionFault('bug', `${changes.length} changes are more than a bulk job takes`)
  }
  await client.jobs.upload(ticket.id, csv, call)
  await client.jobs.close(ticket.id, call)
}

async function collect(
  client: Client,
  ticket: Ticket,
  sent: readonly Change[],
  call: Call,
): Promise<Result[] | 'running' | 'not_sent'> {
  const job = await jobOrNone(client, ticket, call)
  if (job === null) return 'not_sent'
  switch (job.state) {
    case 'Open':
      return (await isStopped(client, ticket, call)) ? 'not_sent' : 'running'
    case 'UploadComplete':
    case 'InProgress':
      return 'running'
    default:
      return resultsOf(client, ticket, job, sent, call)
  }
}

/** Salesforce removes jobs a week after their end. What they did can't be told any more, and may be done again. */
async function jobOrNone(client: Client, { id }: Ticket, call: Call): Promise<Job | null> {
  try {
    return await client.jobs.info(id, call)
  } catch (error) {
    if (error instanceof RequestFailed && error.failure.kind === 'gone') return null
    throw error
  }
}

/**
 * Ends a job that was never handed over, so that a request which is still on its way can't start it behind our back.
 * @returns false where it was started in the meantime
 */
async function isStopped(client: Client, { id }: Ticket, call: Call): Promise<boolean> {
  try {
    return (await client.jobs.abort(id, call)).state === 'Aborted'
  } catch (error) {
    if (error instanceof RequestFailed && error.failure.kind === 'invalid') return false
    throw error
  }
}

async function resultsOf(
  client: Client,
  ticket: Ticket,
  job: Job,
  sent: readonly Change[],
  call: Call,
): Promise<Result[] | 'not_sent'> {
  const successful = jobRows(await client.jobs.results(ticket.id, 'successful', call), ticket)
  const refused = jobRows(await client.jobs.results(ticket.id, 'failed', call), ticket)
  const untouched = successful.length === 0 && refused.length === 0
  if (job.state === 'Aborted' && untouched) return 'not_sent'
  const rows = rowsBy([...successful, ...refused], ticket)
  const results = sent.map(change => {
    const row = rows.get(nameOf(change))?.shift()
    return row === undefined ? failed(change, leftOut(job)) : resultOf(change, row, ticket)
  })
  return withNewHomes(client, sent, results, call)
}

/** Rows come in any order, and a record that was sent twice has two. */
function rowsBy(rows: readonly JobRow[], { creates }: Ticket): Map<string, JobRow[]> {
  return Map.groupBy(rows, ({ by }) => (creates ? by.toLowerCase() : shortId(by)))
}

const nameOf = (change: Change): string =>
  change.remoteId === undefined ? keyOf(change) : shortId(change.remoteId)

function resultOf(change: Change, { id, created, error }: JobRow, { creates }: Ticket): Result {
  if (error !== null) return failed(change, rowFailure(rowError(error), creates))
  return { key: change.key, status: creates && created ? 'created' : 'written', remoteId: id }
}

/** `REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --`. */
function rowError(text: string): RowError {
  const [, statusCode = '', message = text, fields = ''] =
    /^([A-Z][A-Z0-9_]*):(.*?)(?::([\w, ]*))?\s*--\s*$/s.exec(text) ??
    /^([A-Z][A-Z0-9_]*):(.*)$/s.exec(text) ??
    []
  return {
    statusCode: statusCode || 'UNKNOWN',
    message,
    fields: fields
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== ''),
  }
}

function leftOut({ id, state, errorMessage }: Job): Failure {
  const why = errorMessage ? `: ${errorMessage}` : ''
  return {
    kind: 'transient',
    message: `bulk job ${id} ended as ${state} before it came to this record${why}`,
    code: state,
  }
}
