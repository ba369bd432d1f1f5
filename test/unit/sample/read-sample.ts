import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { SignalRow } from '../../reference/signal-row.ts'

/** A row of an export, by column. */
export type ExportRow = Record<string, string>

export const exportFiles = (directory: string): string[] =>
  readdirSync(directory)
    .filter(name => name.startsWith('events-scarf-export-'))
    .sort()

export function readFileRows(directory: string, name: string): ExportRow[] {
  const bytes = readFileSync(join(directory, name))
  return parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true })
}

/** All rows of all files, in the order of the files' names. */
export const readRows = (directory: string): ExportRow[] =>
  exportFiles(directory).flatMap(name => readFileRows(directory, name))

/** The row as the reference reads it. */
export const signalRow = (row: ExportRow): SignalRow => ({
  format: 'scarf_events',
  id: row.id ?? '',
  type: row.type ?? '',
  artifact: row.package || row.pixel || '',
  version: row.version ?? '',
  occurred_at: row.time ?? '',
  url: row.referer ?? '',
  user_agent: row.user_agent ?? '',
  actor_id: row.origin_id ?? '',
  endpoint_id: row.endpoint_id ?? '',
  country: row.origin_country ?? '',
  connection_type: row.origin_connection_type ?? '',
  account_name: row.origin_company ?? '',
  account_domain: row.origin_domain ?? '',
  dnt: row.dnt ?? '',
  confidence: row.confidence ?? '',
})
