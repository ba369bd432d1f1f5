import { z } from 'zod'
import { type Mappable, TRIGGERS } from '../../domain/mappable.ts'
import type { FieldMapping } from '../mapping.ts'
import { WRITES } from '../mapping.ts'
import { type Fault, fault, isList, isMap, unknownName } from '../read/parsed.ts'
import { crossChecked, text } from './quantities.ts'

/** What a mapping may name after `from:`. */
export type FieldSources = ReadonlyMap<string, Mappable>

const constant = () => z.union([text(), z.number(), z.boolean()])

/** One line of `fields`: a value or a constant, and the CRM field that it goes to. */
const field = (sources: FieldSources) =>
  crossChecked(
    z.strictObject({
      from: z
        .string()
        .meta({ enum: [...sources.keys()] })
        .optional(),
      value: constant().optional().describe('A constant, instead of `from`.'),
      to: text().describe('The CRM field.'),
      write: z.enum(WRITES).default('always'),
      min_change: z.number().min(0).optional().describe('Against the value last delivered.'),
      on_null: z.enum(['clear', 'keep']).optional(),
      values: z.record(z.string(), constant()).optional().describe('Translation of each option.'),
      trigger: z.boolean().optional().describe('Whether a change of it alone is worth a write.'),
    }),
    written => (isMap(written) ? fieldFaults(written, sources) : []),
  ).transform(({ from, value, to, write, ...rest }): FieldMapping => {
    const line = { to, write, onNull: rest.on_null ?? 'clear' }
    if (from === undefined) return { ...line, value: value ?? '', trigger: false }
    return {
      ...line,
      from,
      trigger: rest.trigger ?? TRIGGERS.has(from),
      ...(rest.min_change !== undefined && { minChange: rest.min_change }),
      ...(rest.values !== undefined && { values: rest.values }),
    }
  })

const OF_VALUES_ALONE = ['min_change', 'on_null', 'values', 'trigger']

function fieldFaults(written: Readonly<Record<string, unknown>>, sources: FieldSources): readonly Fault[] {
  const { from, value } = written
  if (from === undefined && value === undefined)
    return [fault('missing (or `value`, for a constant)', ['from'])]
  if (from === undefined) {
    return OF_VALUES_ALONE.filter(key => written[key] !== undefined).map(key =>
      fault('goes with `from`, not with a constant', [key]),
    )
  }
  const both = value === undefined ? [] : [fault('a field has either `from` or `value`', ['value'])]
  if (typeof from !== 'string') return both
  const type = sources.get(from)
  if (type === undefined) return [...both, unknownName('unknown value', from, [...sources.keys()], ['from'])]
  return [...both, ...typeFaults(written, from, type)]
}

function typeFaults(
  { min_change: minChange, values, trigger }: Readonly<Record<string, unknown>>,
  from: string,
  type: Mappable,
): Fault[] {
  const faults: Fault[] = []
  if (minChange !== undefined && type.type !== 'number') {
    faults.push(fault(`goes with numbers; ${from} is ${WORDS[type.type]}`, ['min_change']))
  }
  if (from === 'as_of' && trigger === true) {
    faults.push(fault('as_of changes with every run: it can only ride along', ['trigger']))
  }
  if (values === undefined || !isMap(values)) return faults
  if (type.type === 'number' || type.type === 'date') {
    faults.push(fault(`goes with enumerations and texts; ${from} is ${WORDS[type.type]}`, ['values']))
  }
  return type.type === 'enumeration' ? [...faults, ...translationFaults(values, type.options)] : faults
}

const WORDS = { text: 'a text', number: 'a number', date: 'a date', enumeration: 'an enumeration' } as const

/** An option without a translation is found by `check`, together with what the CRM lacks. */
const translationFaults = (values: Readonly<Record<string, unknown>>, options: readonly string[]): Fault[] =>
  Object.keys(values)
    .filter(name => !options.includes(name))
    .map(name => unknownName('unknown option', name, options, ['values', name]))

/** The list of fields of a record, lead or person. */
export const fields = (sources: FieldSources) =>
  crossChecked(z.array(field(sources)).min(1), written => (isList(written) ? twiceWritten(written) : []))

function twiceWritten(written: readonly unknown[]): Fault[] {
  const targets = written.map(item => (isMap(item) ? item.to : undefined))
  return targets.flatMap((to, index) => {
    const first = targets.indexOf(to)
    if (typeof to !== 'string' || to === '' || first === index) return []
    return [fault(`is written twice: fields[${first}] goes to the same field`, [index, 'to'])]
  })
}
