import { DAY, dayOf, fromDate, toDate } from './calendar.ts'
import { riskCalledFor, stageCalledFor, trendOf } from './called-for.ts'
import { type Cleaning, clean, excludedAs, foldAlias } from './clean.ts'
import { between, compareBytes, factsOf } from './facts.ts'
import { type ClassedSignal, classify } from './importance.ts'
import type { ModelLiteral } from './model-literal.ts'
import { pointsOf } from './points.ts'
import type { SignalRow } from './signal-row.ts'
import { type RememberedAccount, type Stepped, step } from './step.ts'

export interface ReferenceOptions {
  model: ModelLiteral
  cleaning: Cleaning
  /** T. */
  asOf: Date
  /** What the steps before have left; the accounts of a result can be handed in as they are. */
  remembered?: readonly RememberedAccount[]
}

export interface ReferenceAccount extends RememberedAccount, Stepped {
  stageDirection: string
  points: number
  /** `points`, or 0 when the account is inactive. */
  score: number
  calledStage: string
  trend: string | null
  /** Every fact of MODEL.md §3 by its name there. */
  facts: Record<string, number | string[] | null>
}

export interface Reference {
  signals: { read: number; accepted: number; leftOut: Record<string, number> }
  /** Best first: score, signals_30, last seen, domain. */
  accounts: ReferenceAccount[]
  /** Remembered accounts that the config now leaves out or folds into another. */
  retired: string[]
}

/**
 * MODEL.md from raw rows to stages, plain and slow: what every engine's answer is held against. It shares the suffix
 * list (tldts) and the bot list (isbot) with the product, by specification, and nothing else.
 */
export function reference(rows: readonly SignalRow[], options: ReferenceOptions): Reference {
  const { cleaning, asOf } = options
  const { signals, read, leftOut } = clean(rows, cleaning, fromDate(asOf))
  const classed = signals.map(signal => classify(signal, options.model))
  const byDomain = Map.groupBy(classed, signal => signal.domain)
  const remembered = options.remembered ?? []
  const isRetired = ({ domain }: RememberedAccount): boolean =>
    foldAlias(domain, cleaning) !== domain || excludedAs(domain, cleaning) !== null
  const kept = remembered.filter(account => !isRetired(account))
  const domains = new Set([...byDomain.keys(), ...kept.map(account => account.domain)])
  const accounts = [...domains].map(domain => {
    const folded = remembered.filter(account => foldAlias(account.domain, cleaning) === domain)
    return accountOf(domain, byDomain.get(domain) ?? [], folded, options)
  })
  return {
    signals: { read, accepted: signals.length, leftOut },
    accounts: accounts.sort(bestFirst),
    retired: remembered.filter(isRetired).map(account => account.domain),
  }
}

/** @param folded what is remembered of the account itself and of those that are now folded into it */
function accountOf(
  domain: string,
  signals: readonly ClassedSignal[],
  folded: readonly RememberedAccount[],
  { model, asOf }: ReferenceOptions,
): ReferenceAccount {
  const known = folded.find(account => account.domain === domain)
  const times = signals.map(signal => signal.time)
  const firstSeen = least([...times, ...folded.map(account => fromDate(account.firstSeen))])
  const lastSeen = greatest([...times, ...folded.map(account => fromDate(account.lastSeen))])
  const T = fromDate(asOf)
  const points = pointsOf(between(signals, dayOf(T) * DAY - model.window_days * DAY, T), model)
  const { facts, topArtifacts } = factsOf(signals, lastSeen, T)
  const calledStage = stageCalledFor({ ...facts, points }, model)
  const calledRisk = riskCalledFor(facts, calledStage, model)
  const stepped = step(known, calledStage, calledRisk, asOf, model.demote_after_days)
  return {
    domain,
    name: latest(signals, signal => signal.name) ?? known?.name ?? null,
    country: latest(signals, signal => signal.country) ?? known?.country ?? null,
    firstSeen: toDate(firstSeen),
    lastSeen: toDate(lastSeen),
    points,
    score: stepped.stage === 'inactive' ? 0 : points,
    calledStage,
    ...stepped,
    trend: trendOf(facts, firstSeen, stepped.stage, asOf),
    facts: { ...facts, top_artifacts: topArtifacts },
  }
}

// Not Math.min(...values): a big account has more signals than a call takes arguments.
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b))
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))

/** The value of the latest signal that has one; of equal times, the greatest. */
function latest(signals: readonly ClassedSignal[], textOf: (signal: ClassedSignal) => string): string | null {
  const having = signals.filter(signal => textOf(signal) !== '')
  const [first] = having.sort((a, b) => b.time - a.time || compareBytes(textOf(b), textOf(a)))
  return first === undefined ? null : textOf(first)
}

function bestFirst(a: ReferenceAccount, b: ReferenceAccount): number {
  return (
    b.score - a.score ||
    Number(b.facts.signals_30) - Number(a.facts.signals_30) ||
    b.lastSeen.getTime() - a.lastSeen.getTime() ||
    compareBytes(a.domain, b.domain)
  )
}
