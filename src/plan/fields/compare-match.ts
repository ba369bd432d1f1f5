import { closest } from 'fastest-levenshtein'
import type { Match } from '../../config/mapping.ts'
import type { Field } from '../../contract/fields.ts'
import type { CheckProblem } from '../../contract/session.ts'
import type { Condition } from '../../domain/when.ts'
import type { SchemaPlace } from './compare-schema.ts'

/** What of the rules by which records are matched the CRM does not know. */
export interface MatchFindings {
  /** Fields that are not there: read as empty, they would match nothing, or leave nothing out. */
  problems: CheckProblem[]
  /** Values that no record holds. */
  warnings: CheckProblem[]
}

export function compareMatch(match: Match, described: readonly Field[], place: SchemaPlace): MatchFindings {
  const fields = new Map(described.map(field => [field.name, field]))
  const relationships = new Set(described.flatMap(({ relationship }) => relationship ?? []))
  const isThere = (name: string) =>
    fields.has(name) || relationships.has(name.split('.').slice(0, -1)[0] ?? '')
  const asked = new Map(namesIn(match).map(([key, name]) => [`${key} ${name}`, { key, name }]))
  const unknown = asked.values().filter(({ name }) => !isThere(name))
  const skipped = (match.skip ?? []).flatMap(all => Object.entries(all))
  return {
    problems: [...unknown].map(({ key, name }) => missing(key, name, [...fields.keys()], place)),
    warnings: skipped.flatMap(([name, condition]) => strangeValues(fields.get(name), condition, place)),
  }
}

/** Where the mapping says so, and the field. */
const namesIn = ({ by, skip, prefer }: Match): (readonly [key: string, name: string])[] => [
  ['by', by],
  ...(skip ?? []).flatMap(all => Object.keys(all).map(name => ['skip', name] as const)),
  ...prefer.flatMap(rule =>
    rule === 'oldest' ? [] : Object.values(rule).map(name => ['prefer', name] as const),
  ),
]

const at = ({ connector, object }: SchemaPlace, name: string, key: string): string =>
  `${connector}: field ${name} of ${object}, which match.${key} names,`

const missing = (key: string, name: string, known: readonly string[], place: SchemaPlace): CheckProblem => ({
  code: 'missing_field',
  message: `${at(place, name, key)} is not there, or hidden from this user`,
  hint: `did you mean ${closest(name, known)}? Letter case counts. Where it is there, an admin lets this user read it${place.fieldAccess === undefined ? '' : `: ${place.fieldAccess}`}`,
})

function strangeValues(field: Field | undefined, condition: Condition, place: SchemaPlace): CheckProblem[] {
  const options = field?.options ?? field?.usual ?? []
  if (field === undefined || options.length === 0) return []
  const values = condition.op === 'oneOf' ? condition.values : [condition.value]
  return values
    .filter(value => typeof value === 'string' && !options.includes(value))
    .map(value => ({
      code: 'unknown_option',
      message: `${at(place, field.name, 'skip')} has no option ${value}: no record holds it`,
      hint: `did you mean ${closest(String(value), options)}? Letter case counts`,
    }))
}
