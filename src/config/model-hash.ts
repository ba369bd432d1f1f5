import { createHash } from 'node:crypto'
import { CLASSES } from '../domain/signal.ts'
import type { When } from '../domain/when.ts'
import { type Model, type Rule, STAGE_ORDER } from './model.ts'

/** A quarter of a SHA-256 tells any two models of one company apart, and fits a line of output. */
const HASH_CHARACTERS = 16

/** The same for two models that score alike, however their files are written. */
export function hashOf(model: Omit<Model, 'hash' | 'name' | 'labels' | 'stageOrder'>): string {
  const { windowDays, demoteAfterMs, risk, classes, rules, stages } = model
  const meaning = [
    windowDays,
    demoteAfterMs,
    [risk.high, risk.medium, risk.minBase, risk.minDrop],
    CLASSES.map(name => [classes[name].points, classes[name].perDay, classes[name].perMonth]),
    rules.map(ruleMeaning),
    STAGE_ORDER.map(stage => whenMeaning(stages[stage])),
  ]
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, HASH_CHARACTERS)
}

const ruleMeaning = ({ kinds, artifact, version, type, host, path, as }: Rule) => [
  kinds.toSorted(),
  ...[artifact, version, type, host, path].map(globs => globs?.toSorted() ?? null),
  as,
]

const whenMeaning = (when: When) =>
  when.map(all =>
    Object.entries(all)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, condition]) => [
        name,
        condition.op,
        condition.op === 'oneOf' ? condition.values : condition.value,
      ]),
  )
