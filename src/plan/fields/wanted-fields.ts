import type { FieldMapping } from '../../config/mapping.ts'
import type { FieldSpec } from '../../contract/fields.ts'
import { STAGES, type Stage } from '../../domain/stage.ts'
import { naturalType } from '../connector-plan.ts'
import { NAMED_VALUES } from '../values/named-values.ts'

/** A field that the mapping writes to, as `setup` would make it. */
export interface WantedField extends FieldSpec {
  /** Every value that will be written, where that is known: what an existing enumeration must offer. */
  writes?: readonly string[]
}

/** The fields that an account's record needs: those of the mapping's lines that concern it, and the unique key. */
export function wantedFields(
  lines: readonly FieldMapping[],
  key: string,
  labels: Readonly<Record<Stage, string>>,
): WantedField[] {
  return [keyField(key, 'Domain of the account that this record belongs to'), ...mapped(lines, key, labels)]
}

/** A field of ours that carries what names a record. */
export const keyField = (name: string, what: string, unique = true): WantedField => ({
  name,
  label: labelOf(name),
  description: `${what}. Written by OQL Sync; do not edit.`,
  type: 'text',
  ...(unique ? { unique } : {}),
})

/** The fields that lines write, but for one that is written in any case. */
export const mapped = (
  lines: readonly FieldMapping[],
  but: string | null,
  labels: Readonly<Record<Stage, string>>,
): WantedField[] => lines.filter(line => line.to !== but).map(line => wantedField(line, labels))

function wantedField(line: FieldMapping, labels: Readonly<Record<Stage, string>>): WantedField {
  const type = naturalType(line)
  const mappable = line.from === undefined ? undefined : NAMED_VALUES.get(line.from)
  const options = optionsOf(line, labels)
  return {
    name: line.to,
    label: labelOf(line.to),
    description: descriptionOf(line),
    type,
    ...(type === 'number' && mappable?.type === 'number' ? { scale: mappable.scale } : {}),
    ...(type === 'enumeration' ? { options } : {}),
    ...(options.length > 0 ? { writes: options.map(option => option.value) } : {}),
  }
}

interface Option {
  value: string
  label: string
}

/** All that a line can write, in order; empty where it may be anything. */
function optionsOf(line: FieldMapping, labels: Readonly<Record<Stage, string>>): Option[] {
  if (line.values !== undefined) return [...new Set(Object.values(line.values).map(String))].map(same)
  if (line.from === undefined) return [same(String(line.value))]
  if (LABELS.has(line.from)) return STAGES.map(stage => same(labels[stage]))
  const mappable = NAMED_VALUES.get(line.from)
  if (mappable?.type !== 'enumeration') return []
  const stages = new Map<string, string>(Object.entries(labels))
  return mappable.options.map(value => ({ value, label: stages.get(value) ?? capitalised(value) }))
}

const LABELS: ReadonlySet<string> = new Set(['stage_label', 'previous_stage_label'])

const same = (value: string): Option => ({ value, label: value })

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** `oql_stage_since` and `OQL_Stage_Since__c` read "OQL stage since", `scarf_funnel_stage` reads "Scarf funnel stage". */
function labelOf(name: string): string {
  const words = name.replace(/__c$/i, '').replaceAll('_', ' ').toLowerCase()
  return words.startsWith('oql ') ? `OQL ${words.slice('oql '.length)}` : capitalised(words)
}

const descriptionOf = (line: FieldMapping): string =>
  `${line.from === undefined ? 'A constant of the mapping' : `The account's ${line.from}`}. Written by OQL Sync.`
