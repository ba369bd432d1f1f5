import type { Change } from '../../../src/contract/index.ts'
import { capabilities } from '../objects.ts'

/** The field that carries a change's key; undefined where its object has none. */
const keyFieldOf = ({ object, keyField }: Change): string | undefined => keyField ?? capabilities.key[object]

/** The external id that a new record is upserted by; undefined where it can only be inserted, as a Contact. */
export function externalIdOf(change: Change): string | undefined {
  const field = keyFieldOf(change)
  const isIdempotent = capabilities.idempotentCreates.includes(change.object)
  return isIdempotent && field !== undefined && capabilities.readBy[change.object]?.includes(field)
    ? field
    : undefined
}

/** The value of that field. Salesforce tells no capital letters apart in it. */
export function keyOf(change: Change): string {
  const field = keyFieldOf(change)
  return String((field !== undefined && change.fields[field]) || change.key).toLowerCase()
}
