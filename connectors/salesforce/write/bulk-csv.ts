import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import type { Change, FieldValue, Ticket } from '../../../src/contract/index.ts'
import { capabilities } from '../objects.ts'
import { keyOf } from './keys.ts'

/** Clears a field; an empty cell leaves it as it is. A text of these letters can't be said, quoted or not. */
const CLEAR = '#N/A'
const LEAVE = null

/** Whether a CSV says what the change says. */
export const canSay = ({ fields }: Change): boolean =>
  !Object.values(fields).some(value => typeof value === 'string' && value.trim().toUpperCase() === CLEAR)

/**
 * All changes as one CSV. Its header has every field of any of them: a change that says nothing about a field has an
 * empty cell there, and the field stays as it is. So records of different shapes go together and lose nothing.
 */
export function csvOf(changes: readonly Change[], ticket: Pick<Ticket, 'object' | 'creates'>): string {
  const { creates } = ticket
  const id = nameColumn(ticket)
  const fields = [...new Set(changes.flatMap(({ fields }) => Object.keys(fields)))].filter(
    name => name !== id,
  )
  const rows = changes.map(change => [
    creates ? keyOf(change) : (change.remoteId ?? ''),
    ...fields.map(name => cell(change.fields[name])),
  ])
  return stringify([[id, ...fields], ...rows], { quoted_string: true, record_delimiter: 'unix' })
}

/** The column that tells records apart. */
const nameColumn = ({ object, creates }: Pick<Ticket, 'object' | 'creates'>): string =>
  (creates ? capabilities.key[object] : undefined) ?? 'Id'

function cell(value: FieldValue | undefined): string | null {
  if (value === undefined) return LEAVE
  return value === null || value === '' ? CLEAR : String(value)
}

/** One row of a job's results. */
export interface JobRow {
  id: string
  /** What the change was asked by: the record's id, or our key. */
  by: string
  created: boolean
  /** `CODE:message:fields --`, of a row that failed. */
  error: string | null
}

/** Rows of `successfulResults` or `failedResults`. */
export function jobRows(csv: string, ticket: Pick<Ticket, 'object' | 'creates'>): JobRow[] {
  const key = nameColumn(ticket)
  const rows: Record<string, string>[] = parse(csv, { columns: true, skip_empty_lines: true, bom: true })
  return rows.map(row => {
    const id = row.sf__Id ?? ''
    return {
      id,
      by: (ticket.creates ? row[key] : (row.Id ?? row.ID)) || id,
      created: row.sf__Created === 'true',
      error: row.sf__Error ?? null,
    }
  })
}
