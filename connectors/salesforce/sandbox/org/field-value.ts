import { addressIn } from './compound-field.ts'
import { type Field, isNumber, isText } from './field.ts'
import { type StoredRecord, type Value, valueIn } from './stored-record.ts'

/** A value as it is to be stored, or what is wrong with it. */
export type Read = { ok: true; value: Value } | { ok: false; problem: string }

const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/

/** A value of a JSON body. JSON's own types must fit: a number is no text. */
export function readJsonValue(field: Field, json: unknown): Read {
  if (json === null) return { ok: true, value: null }
  if (field.type === 'boolean') return typeof json === 'boolean' ? stored(json) : wrong(field.type, json)
  if (isNumber(field)) {
    return typeof json === 'number' || typeof json === 'string'
      ? number(field, json)
      : wrong(field.type, json)
  }
  return typeof json === 'string' ? readText(field, json) : wrong('string', json)
}

/** A value of a CSV cell that is neither empty nor `#N/A`. */
export function readCsvValue(field: Field, text: string): Read {
  if (field.type !== 'boolean') return isNumber(field) ? number(field, text) : readText(field, text)
  if (/^(true|1)$/i.test(text)) return stored(true)
  return /^(false|0)$/i.test(text) ? stored(false) : wrong(field.type, text)
}

/** Text around which there is only space is cut; nothing but space is null. */
function readText(field: Field, text: string): Read {
  if (field.type === 'date')
    return DATE.test(text) && time(text) !== null ? stored(text) : wrong('date', text)
  if (field.type === 'datetime') {
    const at = DATE_TIME.test(text) ? time(text) : null
    return at === null ? wrong('datetime', text) : stored(at)
  }
  const cut = text.trim()
  return stored(cut === '' ? null : cut)
}

/** ISO with milliseconds and a Z; null where it is no time. */
export function time(text: string): string | null {
  const at = new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

function number(field: Field, given: string | number): Read {
  const value = typeof given === 'number' ? given : Number(given.trim() === '' ? Number.NaN : given)
  if (!Number.isFinite(value) || (field.type === 'int' && !Number.isInteger(value)))
    return wrong(field.type, given)
  return stored(Number(value.toFixed(field.scale)))
}

const stored = (value: Value): Read => ({ ok: true, value })

function wrong(type: string, given: unknown): Read {
  const text = typeof given === 'string' ? given : JSON.stringify(given)
  const kind = given === null || typeof given === 'string' ? 'STRING' : (typeof given).toUpperCase()
  const problem = `Cannot deserialize instance of ${type} from VALUE_${kind} value ${text} or request may be missing a required field`
  return { ok: false, problem }
}

/** What an answer has of a record's field. */
export const shownIn = (field: Field, record: StoredRecord): Value | Record<string, Value> =>
  field.type === 'address' ? addressIn(record, field.name) : shownValue(field, valueIn(record, field.name))

/** As answers have it: times with Salesforce's own offset. */
export function shownValue(field: Field, value: Value): Value {
  if (field.type === 'datetime' && typeof value === 'string') return value.replace(/Z$/, '+0000')
  if (field.type === 'boolean') return value ?? false
  return value
}

export function tooLong(field: Field, value: Value): boolean {
  return isText(field) && typeof value === 'string' && value.length > field.length
}
