import { COUNT_FACTS, RATIO_FACTS } from './facts.ts'
import { DIRECTIONS, RISKS, STAGES, TRENDS } from './stage.ts'

/** A value as a mapping, a condition or a CRM field carries it. Dates are ISO 8601 text in UTC. */
export type Value = string | number | boolean | null

/** What a mapping may name after `from:`, and a condition as its key (CONFIG.md, "Mappable values"). */
export type Mappable =
  | { type: 'text' | 'date'; nullable: boolean }
  | { type: 'number'; scale: number; nullable: boolean }
  | { type: 'enumeration'; options: readonly string[]; nullable: boolean }

const text = (nullable = false): Mappable => ({ type: 'text', nullable })
const date = (): Mappable => ({ type: 'date', nullable: false })
const number = (scale: number, nullable = false): Mappable => ({ type: 'number', scale, nullable })
const oneOf = (options: readonly string[], nullable = false): Mappable => ({
  type: 'enumeration',
  options,
  nullable,
})

export const MAPPABLE: ReadonlyMap<string, Mappable> = new Map([
  ['domain', text()],
  ['name', text(true)],
  ['reason', text()],
  ['top_artifacts', text(true)],
  ['stage', oneOf(STAGES)],
  ['previous_stage', oneOf(STAGES, true)],
  ['stage_direction', oneOf(DIRECTIONS)],
  ['trend', oneOf(TRENDS, true)],
  ['risk', oneOf(RISKS, true)],
  ['stage_label', text()],
  ['previous_stage_label', text(true)],
  ['score', number(2)],
  ['points', number(2)],
  ['stage_since', date()],
  ['first_seen', date()],
  ['last_seen', date()],
  ...COUNT_FACTS.map((name): [string, Mappable] => [name, number(0)]),
  ...RATIO_FACTS.map((name): [string, Mappable] => [name, number(4, true)]),
  ['country', text(true)],
  ['industry', text(true)],
  ['size', text(true)],
  ['model', text()],
  ['as_of', date()],
  ['console_url', text(true)],
])

/** Values whose change alone is worth a write, unless the mapping says otherwise. */
export const TRIGGERS: ReadonlySet<string> = new Set(['stage', 'score', 'risk'])
