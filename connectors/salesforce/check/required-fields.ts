import type { CheckProblem, Intent } from '../../../src/contract/index.ts'
import type { Described } from '../http/answers.ts'
import { capabilities, KEY_FIELD } from '../objects.ts'

/** Fields that a new record must have and that neither Salesforce nor the mapping fills. */
export function requiredFields(
  object: string,
  { fields }: Described,
  filled: Intent['fields'],
): CheckProblem[] {
  const given = new Set([KEY_FIELD, ...(capabilities.nameFields[object] ?? []), ...(filled ?? [])])
  return fields
    .filter(field => field.createable && !field.nillable && !field.defaultedOnCreate)
    .filter(field => field.type !== 'boolean' && !given.has(field.name))
    .map(field => missingValue(object, field.name))
}

const missingValue = (object: string, field: string): CheckProblem => ({
  code: 'required_field',
  message: `A new ${object} must have ${field}, and the mapping gives it no value`,
  hint: `Add a line for it with \`write: on_create\`, such as { value: "…", to: ${field}, write: on_create }`,
})
