import type { Mappable, Value } from '../../domain/mappable.ts'
import type { Condition, When } from '../../domain/when.ts'
import { type Fault, fault, isList, isMap, type Parsed } from '../read/parsed.ts'
import { parseCondition } from './condition.ts'

/** A field of the CRM: what it holds is known only there. */
const CRM_FIELD: Mappable = { type: 'text', nullable: true }

/** A `when` over the fields of a CRM record, in the same written forms; any name may be asked for. */
export function parseCrmWhen(input: unknown): Parsed<When> {
  const maps = isList(input) ? input : [input]
  if (maps.length === 0) return { faults: [fault('an empty list never holds: leave it out')] }
  const faults: Fault[] = []
  const when = maps.map((map, index) => {
    const at = isList(input) ? [index] : []
    if (isMap(map) && Object.keys(map).length > 0) return parseRecord(map, at, faults)
    faults.push(
      fault(isMap(map) ? 'is empty: it would take every record' : 'must be a map of conditions', at),
    )
    return {}
  })
  return faults.length > 0 ? { faults } : { value: when }
}

function parseRecord(map: Readonly<Record<string, unknown>>, at: readonly number[], faults: Fault[]) {
  const conditions: Record<string, Condition> = {}
  for (const [field, written] of Object.entries(map)) {
    const condition = parseField(written)
    if ('value' in condition) conditions[field] = condition.value
    else faults.push(...condition.faults.map(inner => ({ ...inner, path: [...at, field, ...inner.path] })))
  }
  return conditions
}

/** Numbers and booleans stay what they are; texts and comparisons are read as everywhere. */
function parseField(written: unknown): Parsed<Condition> {
  const values = isList(written) ? written : [written]
  return values.length > 0 && values.every(isPlain)
    ? { value: { op: 'oneOf', values } }
    : parseCondition(written, CRM_FIELD)
}

const isPlain = (value: unknown): value is Value =>
  value === null ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && !/^\s*([<>=]|!=)/.test(value))
