import type { Condition, When } from '../../domain/when.ts'
import { type Fault, fault, isList, isMap, type Parsed, unknownName } from '../read/parsed.ts'
import { parsed } from '../schema/quantities.ts'
import { parseCondition } from './condition.ts'
import type { ConditionNames } from './condition-names.ts'

/** A `when` in any of its written forms: a map, all of which must hold, or a list of maps, any of which. */
export function parseWhen(input: unknown, names: ConditionNames): Parsed<When> {
  if (isMap(input)) {
    const all = parseAll(input, names)
    return 'value' in all ? { value: [all.value] } : all
  }
  if (!isList(input)) return { faults: [fault('must be a map of conditions or a list of such maps')] }
  if (input.length === 0) return { faults: [fault('an empty list never holds; {} is always')] }
  const maps = input.map((item): Parsed<When[number]> => {
    return isMap(item) ? parseAll(item, names) : { faults: [fault('must be a map of conditions')] }
  })
  const faults = maps.flatMap((map, index) => ('faults' in map ? below(index, map.faults) : []))
  return faults.length > 0 ? { faults } : { value: maps.flatMap(map => ('value' in map ? [map.value] : [])) }
}

/** A `when` that must say something: in a stage, one empty map would take every account. */
function parseConditions(input: unknown, names: ConditionNames): Parsed<When> {
  const when = parseWhen(input, names)
  const maps = isList(input) ? input : [input]
  const empty = maps.flatMap((map, index) =>
    isMap(map) && Object.keys(map).length === 0
      ? [fault('is empty: it would take every account', isList(input) ? [index] : [])]
      : [],
  )
  if (empty.length === 0) return when
  return { faults: [...empty, ...('faults' in when ? when.faults : [])] }
}

function parseAll(
  input: Readonly<Record<string, unknown>>,
  names: ConditionNames,
): Parsed<Record<string, Condition>> {
  const conditions: Record<string, Condition> = {}
  const faults = Object.entries(input).flatMap(([name, written]): readonly Fault[] => {
    const type = names.get(name)
    if (type === undefined) return [unknownIn(names, name)]
    const condition = parseCondition(written, type)
    if (!('value' in condition)) return below(name, condition.faults)
    conditions[name] = condition.value
    return []
  })
  return faults.length > 0 ? { faults } : { value: conditions }
}

/** A name that is known elsewhere is no slip of the pen. */
function unknownIn(names: ConditionNames, name: string): Fault {
  const why = ELSEWHERE.get(name)
  if (why !== undefined) return fault(`cannot be asked for here: ${why}`, [name])
  return unknownName('unknown name in a condition', name, [...names.keys()], [name])
}

const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['segment', 'segments and stages hang on what is known of an account alone'],
  ...['from', 'to'].map((name): [string, string] => [name, 'it is of changes of stage or risk']),
  ['direction', 'it is of stage changes'],
])

const below = (step: PropertyKey, faults: readonly Fault[]): Fault[] =>
  faults.map(inner => ({ ...inner, path: [step, ...inner.path] }))

/** The kinds of `when`, each a definition of the JSON Schemas. */
export type WhenDefinition =
  | 'account_when'
  | 'stage_change_when'
  | 'risk_change_when'
  | 'model_when'
  | 'crm_when'

/** A `when` as a part of a schema. */
export const when = (names: ConditionNames, definition: WhenDefinition) =>
  parsed({ $ref: `#/$defs/${definition}` }, input => parseWhen(input, names))

export const conditions = (names: ConditionNames) =>
  parsed({ $ref: '#/$defs/model_when' satisfies `#/$defs/${WhenDefinition}` }, input =>
    parseConditions(input, names),
  )
