import type { FieldType, FieldValue } from '../../contract/fields.ts'

/** What deciding how to write a value needs to know of a CRM field. */
export interface FieldShape {
  type: FieldType
  /** In characters; longer text is cut. */
  maxLength?: number
}

/**
 * A value in the form in which a CRM field of this shape takes it; undefined where it takes no such value, and then
 * nothing is sent. Dates come in as ISO 8601 text in UTC.
 */
export function encode(shape: FieldShape, value: FieldValue): FieldValue | undefined {
  if (value === null) return null
  switch (shape.type) {
    case 'text':
    case 'other':
      return emptyIsNull(cut(String(value).trim(), shape.maxLength))
    case 'enumeration':
      return emptyIsNull(String(value))
    case 'number':
      return asNumber(value)
    case 'boolean':
      return asBoolean(value)
    case 'date':
      return isTime(value) ? value.slice(0, DAY_LENGTH) : undefined
    case 'datetime':
      return isTime(value) ? value : undefined
  }
}

/** Whether a field of this type holds the same, however the CRM spells it: nothing is written where it does. */
export function sameValue(type: FieldType, left: FieldValue, right: FieldValue): boolean {
  const [a, b] = [comparable(type, left), comparable(type, right)]
  return a === b
}

const DAY_LENGTH = 'YYYY-MM-DD'.length
/** CRMs keep fewer digits than a double; we write 4 at most. */
const COMPARED_DIGITS = 6
const MS_PER_SECOND = 1_000

function comparable(type: FieldType, value: FieldValue): FieldValue {
  if (value === null || value === '') return null
  switch (type) {
    case 'number':
      return asNumber(value)?.toFixed(COMPARED_DIGITS) ?? value
    case 'boolean':
      return asBoolean(value) ?? value
    case 'date':
      return isTime(value) ? value.slice(0, DAY_LENGTH) : value
    case 'datetime':
      return isTime(value) ? Math.floor(Date.parse(value) / MS_PER_SECOND) : value
    case 'enumeration':
      return String(value)
    default:
      // CRMs trim text, and Salesforce keeps line ends as CR LF.
      return emptyIsNull(String(value).replaceAll('\r\n', '\n').trim())
  }
}

const emptyIsNull = (text: string): string | null => (text === '' ? null : text)

/**
 * Cuts by whole code points to at most `maxLength` UTF-16 units: some CRMs count those, others code points, of which
 * there are never more.
 */
function cut(text: string, maxLength: number | undefined): string {
  if (maxLength === undefined || text.length <= maxLength) return text
  const short = text.slice(0, maxLength)
  const endsInHalf = /[\uD800-\uDBFF]$/.test(short)
  return (endsInHalf ? short.slice(0, -1) : short).trimEnd()
}

/** The number that a field holds or spells; undefined for none. */
export function asNumber(value: FieldValue): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function asBoolean(value: FieldValue): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  return value === 'false' ? false : undefined
}

const isTime = (value: FieldValue): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))
