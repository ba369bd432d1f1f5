import type { FieldType, FieldValue } from '../../../src/contract/index.ts'

const DATE = /^\d{4}-\d{2}-\d{2}$/
const DAY_CHARS = 10
const EPOCH_MS = /^-?\d+$/

/** A value as HubSpot takes it: a text, whatever the property's type. The empty text clears. */
export function toWire(value: FieldValue, type: FieldType | undefined): string {
  if (value === null) return ''
  if (typeof value !== 'string' || value === '') return String(value)
  if (type === 'date') return DATE.test(value) ? value : (iso(value)?.slice(0, DAY_CHARS) ?? value)
  // A date alone is refused by a date-time property.
  return type === 'datetime' ? (iso(value) ?? value) : value
}

/** HubSpot's text as the type says; a text that isn't of its type stays as it is. */
export function fromWire(
  wire: string | number | boolean | null | undefined,
  type: FieldType | undefined,
): FieldValue {
  if (wire === null || wire === undefined || wire === '') return null
  const text = String(wire)
  switch (type) {
    case 'number':
      return Number.isNaN(Number(text)) ? text : Number(text)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'date':
      return DATE.test(text) ? text : (iso(text)?.slice(0, DAY_CHARS) ?? text)
    case 'datetime':
      return iso(text) ?? text
    default:
      return text
  }
}

/** ISO 8601 in UTC of a date, a date-time or milliseconds since 1970 (HubSpot answers with any of them). */
function iso(text: string): string | undefined {
  const date = new Date(EPOCH_MS.test(text) ? Number(text) : text)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** A date-time of HubSpot's; null where there is none. */
export function dateOf(value: string | number | boolean | null | undefined): Date | null {
  const date = new Date(value === null || value === undefined || value === '' ? Number.NaN : String(value))
  return Number.isNaN(date.getTime()) ? null : date
}
