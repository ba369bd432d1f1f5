import type { SandboxUser } from '../options.ts'
import { shownIn } from '../org/field-value.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import type { StoredRecord } from '../org/stored-record.ts'
import { urlOf } from '../soql/soql-run.ts'
import type { Outcome } from '../write/outcome.ts'
import { visibleField } from '../write/row.ts'
import { Refusal, refusal } from './refusal.ts'

/** The record with the fields that were asked for; all that the user may see when none were. */
export function shownRecord(
  org: Org,
  user: SandboxUser,
  object: ObjectType,
  record: StoredRecord,
  asked: { fields: readonly string[] | null; base: string },
): Record<string, unknown> {
  const names = asked.fields ?? object.fields.map(({ name }) => name)
  const shown: Record<string, unknown> = {
    attributes: { type: object.name, url: urlOf(asked.base, object, record.id) },
  }
  for (const name of names) {
    const field = visibleField(org, user, object, name)
    if (field !== undefined) shown[field.name] = shownIn(field, record)
    else if (asked.fields !== null) {
      throw refusal(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`)
    }
  }
  // `Id` comes always, whether it was asked for or not.
  return { ...shown, Id: record.id }
}

/** The failure of a call that is for one record: there it is the whole answer. */
export function refusalOf(outcome: Extract<Outcome, { success: false }>): Refusal {
  const [first] = outcome.errors
  const status = STATUSES[first?.statusCode ?? ''] ?? 400
  return new Refusal(
    status,
    ...outcome.errors.map(({ statusCode, message, fields }) => ({ message, errorCode: statusCode, fields })),
  )
}

const STATUSES: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  ENTITY_IS_DELETED: 404,
  INSUFFICIENT_ACCESS_OR_READONLY: 403,
  LIMIT_EXCEEDED: 403,
}

/**
 * One row of a collection's answer.
 * @param created of an upsert, whether it makes a record, or would have: failed rows say so too
 */
export function shownOutcome(outcome: Outcome, created: boolean | undefined): Record<string, unknown> {
  return {
    ...(outcome.success ? { id: outcome.id } : {}),
    success: outcome.success,
    errors: outcome.errors,
    ...(created === undefined ? {} : { created }),
  }
}
