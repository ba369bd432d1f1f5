import fc from 'fast-check'
import { COUNT_FACTS } from '../../../src/domain/facts.ts'
import { CLASSES, SCORED_KINDS } from '../../../src/domain/signal.ts'
import type { ConditionsLiteral, ModelLiteral, RuleLiteral } from '../../reference/model-literal.ts'

const classPoints = fc
  .tuple(
    fc.constantFrom(0, 0.000001, 0.005, 0.1, 0.25, 0.333333, 1, 5, 8),
    fc.constantFrom(1, 1.5, 2, 3, 10),
    fc.constantFrom(1, 2, 3.3, 5, 30),
  )
  .map(([points, aDay, aMonth]) => {
    const six = (value: number) => Number(value.toFixed(6))
    const perDay = six(points * aDay)
    return { points, per_day: perDay, per_month: six(perDay * aMonth) }
  })

/** Globs that match some of the nasty values, with the characters that mean something to LIKE and to a regex. */
const GLOBS = [
  '*',
  '',
  '*enterprise*',
  'Latest*',
  '*-1',
  '1.2.3',
  '1_2%3',
  '*.*',
  '*,*',
  'a*',
  '*ü*',
  '😀',
  '/pricing',
  '*/pricing*',
  '*/docs*',
  '*[*',
  'blog.*',
  'blog.example.org',
  '*.example.org',
  'star',
  '*fetch',
  'pull_request',
  'pull?request',
]
const globs = fc.array(fc.constantFrom(...GLOBS), { minLength: 1, maxLength: 3 })
const importance = fc.constantFrom('low', 'medium', 'high')

const rule: fc.Arbitrary<RuleLiteral> = fc.oneof(
  fc.record(
    {
      kind: fc.uniqueArray(fc.constantFrom(...SCORED_KINDS), { minLength: 1, maxLength: 4 }),
      artifact: globs,
      version: globs,
      type: globs,
      as: importance,
    },
    { requiredKeys: ['kind', 'as'] },
  ),
  fc.record(
    { kind: fc.constantFrom<string[]>(['view']), host: globs, path: globs, as: importance },
    { requiredKeys: ['kind', 'as'] },
  ),
)

const condition: fc.Arbitrary<ConditionsLiteral> = fc.dictionary(
  fc.constantFrom('points', ...COUNT_FACTS),
  fc
    .tuple(fc.constantFrom('>=', '>', '<=', '!=', '='), fc.constantFrom(0, 1, 2, 5, 10, 30, 60))
    .map(([op, value]) => `${op} ${value}`),
  { minKeys: 1, maxKeys: 3 },
)
const conditions = fc.oneof(condition, fc.array(condition, { minLength: 1, maxLength: 3 }))

/** Models that the shipped one does not resemble. */
export const MODELS: fc.Arbitrary<ModelLiteral> = fc.record({
  name: fc.constant('random'),
  window_days: fc.constantFrom(1, 7, 28, 30, 45, 89, 90, 91, 120, 366),
  demote_after_days: fc.constantFrom(0, 0.5, 7, 30),
  risk: fc.record({
    high: fc.constantFrom(0, 0.25, 0.5),
    medium: fc.constantFrom(0.5, 0.75, 1),
    min_base: fc.constantFrom(0, 0.5, 3),
    min_drop: fc.constantFrom(0, 1, 2),
  }),
  classes: fc.dictionary(fc.constantFrom(...CLASSES), classPoints),
  rules: fc.array(rule, { maxLength: 6 }),
  stages: fc.record({
    inactive: fc.oneof(fc.constant({ last_seen_days: '>= 60' }), conditions),
    ongoing_usage: conditions,
    experimentation: conditions,
    investigation: conditions,
  }),
})
