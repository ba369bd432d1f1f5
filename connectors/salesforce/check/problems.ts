import type { CheckProblem } from '../../../src/contract/index.ts'
import type { Described } from '../http/answers.ts'

const ASSIGN = 'Assign the permission set OQL_Sync to the user: `oql setup` makes it'

export const forbidden = (object: string, right: string): CheckProblem => ({
  code: 'missing_right',
  message: `The Salesforce user may not ${right} ${object} records`,
  hint: ASSIGN,
})

export const missingObject = (object: string): CheckProblem => ({
  code: 'missing_object',
  message: `The Salesforce user does not see the object ${object}`,
  hint: ASSIGN,
})

export const noExternalId = (object: string, field: string): CheckProblem => ({
  code: 'no_external_id',
  message: `The field ${field} of ${object} is not an external id, so no record can be made by it`,
  hint: 'In Salesforce, Setup → Object Manager → the field → Edit, tick "External ID"',
})

/** Of these fields, which come with Salesforce, those that the user may not give a new record: field-level security. */
export function closedFields({ name: object, fields }: Described, needed: readonly string[]): CheckProblem[] {
  const open = new Set(fields.flatMap(({ name, createable }) => (createable ? [name] : [])))
  const closed = needed.filter(name => !open.has(name))
  if (closed.length === 0) return []
  return [
    {
      code: 'missing_field_right',
      message: `The Salesforce user may not write ${closed.join(', ')} of ${object}`,
      hint: 'Grant edit on these fields to the user: field-level security, by a permission set or the profile',
    },
  ]
}
