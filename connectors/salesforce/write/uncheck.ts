import type { Call, Change } from '../../../src/contract/index.ts'
import type { Catalogue } from '../read/fields.ts'

/** A checkbox is never empty, and Salesforce refuses to have it so: one that is cleared is unchecked. */
export async function withUnchecked(
  catalogue: Catalogue,
  changes: readonly Change[],
  call: Call,
): Promise<Change[]> {
  const object = changes.find(clearsSomething)?.object
  if (object === undefined) return [...changes]
  const { fields } = await catalogue.describe(object, call)
  const checkboxes = new Set(fields.flatMap(({ name, type }) => (type === 'boolean' ? [name] : [])))
  return changes.map(change => (clearsSomething(change) ? unchecked(change, checkboxes) : change))
}

const clearsSomething = ({ fields }: Change): boolean => Object.values(fields).includes(null)

function unchecked(change: Change, checkboxes: ReadonlySet<string>): Change {
  const fields = Object.entries(change.fields).map(([name, value]) => [
    name,
    value === null && checkboxes.has(name) ? false : value,
  ])
  return { ...change, fields: Object.fromEntries(fields) }
}
