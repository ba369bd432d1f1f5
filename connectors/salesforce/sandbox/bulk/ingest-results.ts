import { stringify } from 'csv-stringify/sync'
import type { RowError } from '../write/outcome.ts'
import type { IngestJob, JobRow } from './ingest-job.ts'
import { DELIMITERS } from './ingest-run.ts'

export type ResultKind = 'successfulResults' | 'failedResults' | 'unprocessedrecords'

/** A job's results as CSV: what Salesforce says of a row, then the columns that were sent. */
export function resultsCsv(job: IngestJob, kind: ResultKind): string {
  const lines = job.rows.flatMap(row => lineOf(row, kind))
  const told = {
    successfulResults: ['sf__Id', 'sf__Created'],
    failedResults: ['sf__Id', 'sf__Error'],
    unprocessedrecords: [],
  }
  return stringify([[...told[kind], ...job.header], ...lines], {
    delimiter: DELIMITERS[job.columnDelimiter] ?? ',',
    record_delimiter: job.lineEnding === 'CRLF' ? '\r\n' : '\n',
    quoted: kind !== 'unprocessedrecords',
  })
}

function lineOf({ cells, id, outcome }: JobRow, kind: ResultKind): string[][] {
  if (outcome === null) return kind === 'unprocessedrecords' ? [[...cells]] : []
  if (outcome.success) {
    return kind === 'successfulResults' ? [[outcome.id, String(outcome.created), ...cells]] : []
  }
  return kind === 'failedResults' ? [[id, outcome.errors.map(errorText).join(';'), ...cells]] : []
}

/** `STRING_TOO_LONG:Account Name: data value too large:Name --`. */
function errorText({ statusCode, message, fields }: RowError): string {
  return `${statusCode}:${message}:${fields.join(' ')} --`.replace(': --', ':--')
}
