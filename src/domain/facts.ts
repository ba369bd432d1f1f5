/** The windows, in days, that the counting facts exist for. */
export const WINDOWS = [30, 60, 90] as const
type Window = (typeof WINDOWS)[number]

const WINDOWED = [
  'views',
  'downloads',
  'telemetry',
  'community',
  'signals',
  'uses',
  'use_days',
  'high',
] as const

const WHOLE = [
  'active_weeks',
  'use_weeks',
  'view_week_streak',
  'span_60',
  'span_90',
  'actors_30',
  'last_seen_days',
] as const
/** Growth against the window before, 4 places; null where that was empty. */
export const RATIO_FACTS = ['signals_wow', 'actors_wow', 'signals_mom', 'actors_mom'] as const

export type CountFact = `${(typeof WINDOWED)[number]}_${Window}` | (typeof WHOLE)[number]
type RatioFact = (typeof RATIO_FACTS)[number]
export type FactName = CountFact | RatioFact

/** Whole, never negative, never null. */
export const COUNT_FACTS: readonly CountFact[] = [
  ...WINDOWED.flatMap(name => WINDOWS.map((window): CountFact => `${name}_${window}`)),
  ...WHOLE,
]
export const FACT_NAMES: readonly FactName[] = [...COUNT_FACTS, ...RATIO_FACTS]

/** The measures of one account at one moment (MODEL.md §3). Times and texts stand on the account itself. */
export type Facts = Record<CountFact, number> & Record<RatioFact, number | null>
