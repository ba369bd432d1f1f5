import type { SandboxUser } from '../options.ts'
import type { Field } from '../org/field.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Outcome } from '../write/outcome.ts'

type Operation = 'insert' | 'update' | 'upsert' | 'delete'
type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted'

export interface IngestJob {
  id: string
  operation: Operation
  object: ObjectType
  externalId: Field | null
  lineEnding: 'LF' | 'CRLF'
  columnDelimiter: string
  user: SandboxUser
  /** The version that it was made with: `68.0`. */
  apiVersion: string
  state: JobState
  createdAt: number
  modifiedAt: number
  /** Polls that must still find it unfinished. */
  pollsLeft: number
  /** When it may finish, once its upload is complete. */
  readyAt: number
  upload: string | null
  header: readonly string[]
  rows: readonly JobRow[]
  error: string | null
}

/** A line of the upload and what became of it; without an outcome it was not processed. */
export interface JobRow {
  cells: readonly string[]
  /** Of the record that it is for; empty where there is none. */
  id: string
  outcome: Outcome | null
}

export function jobInfo(job: IngestJob) {
  const failures = job.rows.filter(({ outcome }) => outcome?.success === false).length
  const processed = job.rows.filter(({ outcome }) => outcome !== null).length
  return {
    id: job.id,
    operation: job.operation,
    object: job.object.name,
    createdById: job.user.id,
    createdDate: shownTime(job.createdAt),
    systemModstamp: shownTime(job.modifiedAt),
    state: job.state,
    externalIdFieldName: job.externalId?.name ?? null,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(job.apiVersion),
    jobType: 'V2Ingest',
    contentUrl: `services/data/v${job.apiVersion}/jobs/ingest/${job.id}/batches`,
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    numberRecordsProcessed: processed,
    numberRecordsFailed: failures,
    retries: 0,
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
    ...(job.error === null ? {} : { errorMessage: job.error }),
  }
}

export function shownTime(at: number): string {
  return new Date(at).toISOString().replace(/Z$/, '+0000')
}
