import { holdsSeveral, type Property } from './property.ts'

/** What is wrong with one value, as HubSpot says it. */
export interface ValueProblem {
  name: string
  error: string
  message: string
}

/** What stands outside a property's own definition: who the owners are, which stages a pipeline has. */
export interface ExternalOptions {
  /** Undefined where any value goes. */
  allowed(property: Property): ReadonlySet<string> | undefined
}

/** HubSpot's limit of a text, in characters. */
const MAX_TEXT_CHARS = 65_536
const DAY_MS = 86_400_000

/** One address: no spaces, and a domain with an end of letters. */
const EMAIL = /^[^\s@,;<>"]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+([a-z]{2,}|xn--[a-z0-9-]+)$/i
const isEmail = ({ name, hubspotDefined }: Property): boolean => name === 'email' && hubspotDefined

const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const EPOCH_MS = /^-?\d+$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/

/** The value as HubSpot keeps it. The empty text clears, whatever the type. */
export function storedValue(
  property: Property,
  text: string,
  external: ExternalOptions,
): { value: string } | ValueProblem {
  const wrong = (error: string, message: string): ValueProblem => ({ name: property.name, error, message })
  if (property.modificationMetadata.readOnlyValue) {
    return wrong('READ_ONLY_VALUE', `"${property.name}" is a read only property; its value cannot be set.`)
  }
  if (text === '') return { value: '' }
  switch (property.type) {
    case 'string':
      if (text.length > MAX_TEXT_CHARS) {
        return wrong('PROPERTY_VALUE_TOO_LONG', `value is longer than ${MAX_TEXT_CHARS} characters`)
      }
      if (!isEmail(property)) return { value: text }
      return EMAIL.test(text.trim())
        ? { value: text.trim().toLowerCase() }
        : wrong('INVALID_EMAIL', `Email address ${text} is invalid`)
    case 'number':
      return NUMBER.test(text) ? { value: text } : wrong('INVALID_DOUBLE', `${text} was not a valid number.`)
    case 'date':
      return (
        dateValue(text) ?? wrong('INVALID_DATE', `${text} was not a valid date: YYYY-MM-DD or midnight UTC.`)
      )
    case 'datetime':
      return dateTimeValue(text) ?? wrong('INVALID_LONG', `${text} was not a valid long.`)
    case 'bool':
    case 'enumeration':
      return optionValue(property, text, external)
  }
}

function dateValue(text: string): { value: string } | undefined {
  if (EPOCH_MS.test(text)) {
    const ms = Number(text)
    return ms % DAY_MS === 0 ? { value: new Date(ms).toISOString().slice(0, 10) } : undefined
  }
  if (!DATE.test(text)) return undefined
  const date = new Date(text)
  // 30 February is a day of March to Date and none to HubSpot.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? { value: text } : undefined
}

function dateTimeValue(text: string): { value: string } | undefined {
  if (!EPOCH_MS.test(text) && !DATE_TIME.test(text)) return undefined
  const date = new Date(EPOCH_MS.test(text) ? Number(text) : text)
  return Number.isNaN(date.getTime()) ? undefined : { value: date.toISOString() }
}

function optionValue(
  property: Property,
  text: string,
  external: ExternalOptions,
): { value: string } | ValueProblem {
  const allowed = property.externalOptions
    ? external.allowed(property)
    : new Set(property.options.map(option => option.value))
  const values = holdsSeveral(property) ? text.split(';').filter(value => value !== '') : [text]
  const stray = allowed === undefined ? undefined : values.find(value => !allowed.has(value))
  if (stray === undefined) return { value: values.join(';') }
  return {
    name: property.name,
    error: 'INVALID_OPTION',
    message: `${stray} was not one of the allowed options: [${[...(allowed ?? [])].join(', ')}]`,
  }
}
