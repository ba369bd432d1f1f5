import { between, fraction } from './random.ts'

/** What a signal is, before it has a time, a person and a page. */
export const ACTS = [
  'blog_view',
  'docs_view',
  'pricing_view',
  'latest_pull',
  'stable_pull',
  'cli_download',
  'enterprise_pull',
  'ping',
  'enterprise_ping',
] as const
export type Act = (typeof ACTS)[number]

/** How companies use an open source project: each account has one, and it leads to a stage (MODEL.md §4). */
export const HABITS = {
  telemetry: { share: 3, does: telemetry },
  blog_reader: { share: 12, does: blogReader },
  docs_reader: { share: 8, does: docsReader },
  evaluator: { share: 7, does: evaluator },
  monthly_user: { share: 5, does: monthlyUser },
  weekly_user: { share: 4, does: weeklyUser },
  riser: { share: 3, does: riser },
  drop_off: { share: 4, does: dropOff },
  enterprise_user: { share: 2, does: enterpriseUser },
  comeback: { share: 1, does: comeback },
  newcomer: { share: 1, does: newcomer },
  one_timer: { share: 4, does: oneTimer },
} as const satisfies Record<string, { share: number; does: (who: Habitual, day: Day, act: Emit) => void }>
export type Habit = keyof typeof HABITS

/** What a habit needs to know of its account. */
export interface Habitual {
  seed: number
  /** How much more than others it does: a heavy tail, 1 at least. */
  activity: number
  /** Days of the whole export. */
  days: number
}

/** One day of the export. */
export interface Day {
  /** Days since 1970-01-01. */
  number: number
  /** Days before the last day of the export; 0 is the last. */
  ago: number
  workday: boolean
}

/** `times` signals in any case, and a share of the export's rest in proportion to `more`. */
export type Emit = (act: Act, times: number, more: number) => void

/** Names for the words that an account's fixed choices hang on, so that no two choices move together. */
const CHOICE = { start: 11, weekday: 12, phase: 13, bursts: 14, burst: 15, quit: 20, back: 21, daily: 22 }

/** Rolls that change daily, one for each thing that is rolled for. */
const roll = (who: Habitual, day: Day, thing: number): number => fraction(who.seed, day.number * 8 + thing)

const weekdayOf = (who: Habitual): number => between(who.seed, CHOICE.weekday, 0, 4)
/** 1970-01-01 was a Thursday: day 4 was the first Monday. */
const isWeekly = (who: Habitual, day: Day): boolean => (day.number - 4 - weekdayOf(who)) % 7 === 0
/** Two in three were there before the export begins; the others join in its first part. */
const joined = (who: Habitual, day: Day): boolean =>
  day.ago <= who.days * (0.6 + 1.2 * fraction(who.seed, CHOICE.start))

/** Interest: light on purpose, so that a big export does not turn readers into leads. */
function blogReader(who: Habitual, day: Day, act: Emit): void {
  if (day.workday && roll(who, day, 0) < 0.07) act('blog_view', 1, 0.02)
}

/** Investigation: reading is not using. */
function docsReader(who: Habitual, day: Day, act: Emit): void {
  if (!day.workday || !joined(who, day)) return
  if (roll(who, day, 0) < 0.25) act('docs_view', 2, 0.4 * who.activity)
  if (roll(who, day, 1) < 0.02) act('pricing_view', 1, 0.1)
}

/** Bursts of `latest` on a few days, with the docs open beside it. */
function evaluator(who: Habitual, day: Day, act: Emit): void {
  const bursts = between(who.seed, CHOICE.bursts, 1, 3)
  for (let burst = 0; burst < bursts; burst += 1) {
    const start = between(who.seed, CHOICE.burst + burst, 0, Math.min(who.days - 1, 100))
    if (day.ago === start) {
      act('latest_pull', 6, 4 * who.activity)
      act('docs_view', 3, who.activity)
    }
    if (day.ago === start - 1) act('docs_view', 2, who.activity)
  }
}

/** Experimentation: a stable release each month. */
function monthlyUser(who: Habitual, day: Day, act: Emit): void {
  if (!joined(who, day)) return
  const phase = (day.number + between(who.seed, CHOICE.phase, 0, 29)) % 30
  if (phase === 0) act('stable_pull', 1, who.activity)
  if (phase % 10 === 3) act('docs_view', 2, 0.5 * who.activity)
}

/** Ongoing usage: a build pulls a stable release each week. */
function weeklyUser(who: Habitual, day: Day, act: Emit): void {
  if (joined(who, day)) eachWeek(who, day, act)
}

function eachWeek(who: Habitual, day: Day, act: Emit): void {
  if (isWeekly(who, day)) act('stable_pull', 1, 2 * who.activity)
  if (day.workday && roll(who, day, 0) < 0.06) act('docs_view', 1, 0.3 * who.activity)
  if (day.workday && roll(who, day, 1) < 0.03) act('cli_download', 1, 0.2 * who.activity)
}

/** Ongoing usage: it runs, weekends too, and says so. */
function telemetry(who: Habitual, day: Day, act: Emit): void {
  if (!joined(who, day)) return
  act('ping', 1, who.activity)
  if (isWeekly(who, day) && roll(who, day, 1) < 0.3) act('stable_pull', 1, 0.5 * who.activity)
}

/** Ongoing usage of what is sold. */
function enterpriseUser(who: Habitual, day: Day, act: Emit): void {
  if (!joined(who, day)) return
  if (isWeekly(who, day)) act('enterprise_pull', 1, who.activity)
  if (roll(who, day, 0) < 0.7) act('enterprise_ping', 1, 0.7 * who.activity)
  if (day.workday && roll(who, day, 1) < 0.05) act('pricing_view', 1, 0.2)
}

/** From the docs to daily use in a few weeks; some cross into ongoing usage in the last days. */
function riser(who: Habitual, day: Day, act: Emit): void {
  const start = between(who.seed, CHOICE.start, 25, 75)
  if (day.ago > start || !day.workday) return
  if (roll(who, day, 0) < 0.4) act('docs_view', 1, 0.4 * who.activity)
  if (day.ago === Math.round(start * 0.8)) act('latest_pull', 4, 2 * who.activity)
  if (day.ago < start * 0.6 && isWeekly(who, day)) act('stable_pull', 1, who.activity)
  if (day.ago < start * 0.3) act('stable_pull', 1, who.activity)
}

/** Weekly or daily users who went quiet: a third of them just now turn inactive, others are a risk. */
function dropOff(who: Habitual, day: Day, act: Emit): void {
  const turning = fraction(who.seed, CHOICE.quit) < 0.34
  const quit = turning ? between(who.seed, CHOICE.back, 57, 61) : between(who.seed, CHOICE.back, 12, 90)
  if (day.ago < quit) return
  if (day.ago === quit) act('stable_pull', 1, 0)
  if (fraction(who.seed, CHOICE.daily) < 0.5) eachWeek(who, day, act)
  else act('ping', 1, 0.5 * who.activity)
}

/** Users of old, more than sixty quiet days, and back in the last days. */
function comeback(who: Habitual, day: Day, act: Emit): void {
  const back = between(who.seed, CHOICE.back, 0, 6)
  if (day.ago >= back + 66) eachWeek(who, day, act)
  if (day.ago > back) return
  act('docs_view', 2, 0.2)
  if (day.ago === 0) act('stable_pull', 1, 0.2)
}

/** First seen in the last days. */
function newcomer(who: Habitual, day: Day, act: Emit): void {
  const start = between(who.seed, CHOICE.start, 0, 4)
  if (day.ago > start) return
  act('docs_view', 2, 0.5)
  if (day.ago === 0 && roll(who, day, 0) < 0.5) act('latest_pull', 3, 0.5)
}

/** Came once. */
function oneTimer(who: Habitual, day: Day, act: Emit): void {
  if (day.ago === between(who.seed, CHOICE.start, 0, who.days - 1)) act('blog_view', 2, 0.02)
}
