import type { Failure, FailureKind } from '../../../src/contract/index.ts'
import type { RowError } from '../http/answers.ts'
import { isConcurrency } from '../http/errors.ts'
import { KEY_FIELD, LEAD_KEY_FIELD } from '../objects.ts'

/** Faults that pass by themselves; none of them wrote anything. */
const PASSING: ReadonlySet<string> = new Set([
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'QUERY_TIMEOUT',
  'PROCESSING_HALTED',
  'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'UNKNOWN_EXCEPTION',
  'STORAGE_LIMIT_EXCEEDED',
  // Of the platform events of an hour.
  'LIMIT_EXCEEDED',
])

const TAKEN: ReadonlySet<string> = new Set([
  'DUPLICATE_VALUE',
  'DUPLICATE_EXTERNAL_ID',
  'DUPLICATES_DETECTED',
])

/** What the same change would always meet, in words that say what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  CANNOT_UPDATE_CONVERTED_LEAD:
    'This lead was converted and can not be written any more: the account that it became takes its place',
  INVALID_FIELD_FOR_INSERT_UPDATE:
    'Often field-level security: give the integration user the permission set OQL_Sync (`oql setup` does)',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:
    'Add the value to the picklist (`oql setup` does), and to the record type where it has its own list',
  DUPLICATES_DETECTED: 'A duplicate rule of the org blocks this record: find its double, or change the rule',
}

/** A record that is named here is one that somebody else just made; without the right to see it there is `<unknown>`. */
const NAMED_RECORD = /record with id: [a-zA-Z0-9]{15,18}/

/** What became of a record that Salesforce refused. */
export function rowFailure(error: RowError | undefined, creates: boolean): Failure {
  if (error === undefined) {
    return { kind: 'invalid', message: 'Salesforce refused this record without a reason' }
  }
  const { statusCode: code, message, fields } = error
  const advice = ADVICE[code]
  const field = fields?.[0]
  return {
    kind: kindOf(error, creates),
    message: [message, advice].filter(Boolean).join('. ') || code,
    code,
    ...(field === undefined ? {} : { field }),
  }
}

/** Whether the record may live on as another one. */
export const mayHaveMoved = ({ kind, code }: Failure): boolean =>
  kind === 'gone' || code === 'CANNOT_UPDATE_CONVERTED_LEAD'

function kindOf(error: RowError, creates: boolean): FailureKind {
  const { statusCode: code, message } = error
  if (PASSING.has(code)) return 'transient'
  if (code === 'REQUEST_LIMIT_EXCEEDED' || isConcurrency(code)) return 'throttled'
  if (creates && isRace(error)) return 'transient'
  if (TAKEN.has(code)) return 'duplicate'
  if (!creates && isGone(error)) return 'gone'
  if (code.startsWith('INSUFFICIENT_ACCESS') || code === 'NO_ACCESS') return 'forbidden'
  // A trigger that met a lock says so in its own words.
  return message.includes('UNABLE_TO_LOCK_ROW') ? 'transient' : 'invalid'
}

/** Two upserts of one key at once: the second of them finds, the next time, what the first one made. */
const isRace = ({ statusCode, message, fields }: RowError): boolean =>
  statusCode === 'DUPLICATE_VALUE' &&
  [KEY_FIELD, LEAD_KEY_FIELD].some(key => fields?.includes(key) === true || message.includes(key)) &&
  NAMED_RECORD.test(message)

/** A bad reference may be to another record than this one: an owner who left, a parent that is gone. */
function isGone({ statusCode, fields = [] }: RowError): boolean {
  if (statusCode === 'ENTITY_IS_DELETED') return true
  const isOwn = fields.every(field => field.toLowerCase() === 'id')
  return isOwn && (statusCode === 'INVALID_CROSS_REFERENCE_KEY' || statusCode === 'MALFORMED_ID')
}
