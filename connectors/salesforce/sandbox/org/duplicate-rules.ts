import { type RowError, rowError } from '../write/outcome.ts'
import type { Org } from './org.ts'
import type { FlatFields, Value } from './stored-record.ts'

const EXACT = { caseSensitive: false }

/** What an active duplicate rule says to a record that becomes as `fields` has it. */
export function checkDuplicates(
  org: Org,
  record: { object: string; id: string | null; fields: FlatFields },
  allowSave: boolean,
): RowError | undefined {
  for (const rule of org.duplicateRules) {
    if (rule.object !== record.object || (rule.action === 'alert' && allowSave)) continue
    const [indexed, ...others] = rule.fields
    const value = indexed === undefined ? null : (record.fields[indexed] ?? null)
    if (indexed === undefined || value === null) continue
    const table = org.table(record.object)
    table.keepIndex(indexed, EXACT)
    const twin = table.holders(indexed, value).some(id => {
      const other = table.get(id)
      if (id === record.id || other === undefined) return false
      return others.every(name => same(other.values[name], record.fields[name]))
    })
    if (twin) return rowError('DUPLICATES_DETECTED', 'Use one of these records?')
  }
  return undefined
}

function same(one: Value | undefined, other: Value | undefined): boolean {
  return one != null && other != null && String(one).toLowerCase() === String(other).toLowerCase()
}
