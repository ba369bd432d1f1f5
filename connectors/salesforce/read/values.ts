import type { FieldValue } from '../../../src/contract/index.ts'
import type { SalesforceRecord } from '../http/answers.ts'

/** Date-times as Salesforce writes them: `2026-01-02T03:04:05.000+0000`. */
const SALESFORCE_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})\+0000$/

/**
 * The value at `path`: a field, or one of a related record (`Owner.Name`). JSON has its type already; date-times are
 * spelled as ISO 8601. Compound fields such as addresses are no single value, and null.
 */
export function valueAt(record: Readonly<Record<string, unknown>>, path: string): FieldValue {
  const value = path
    .split('.')
    .reduce<unknown>((held, name) => (isRecord(held) ? held[name] : undefined), record)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string' || value === '') return null
  return value.replace(SALESFORCE_TIME, '$1Z')
}

/** The date or date-time at `path`; null where there is none. */
export function timeAt(record: SalesforceRecord, path: string): Date | null {
  const date = new Date(String(valueAt(record, path) ?? ''))
  return Number.isNaN(date.getTime()) ? null : date
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
