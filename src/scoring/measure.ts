import type { Model } from '../config/model.ts'
import { type CountFact, WINDOWS } from '../domain/facts.ts'
import type { Dialect } from '../store/dialect.ts'
import { literal } from '../store/sql.ts'
import { CLASS_COLUMNS, classPoints } from './importance.ts'

/**
 * The facts and points of every account as one statement, ordered by domain (MODEL.md §2, §3). Everything is summed
 * by month first: points are capped there, and all else adds up. Reads `rollup`, a relation of rows as rollup-day.ts
 * makes them; `today` is the UTC day of `as_of`, `YYYY-MM-DD`.
 */
export function measureSql(model: Model, today: string, dialect: Dialect, rollup = 'rollup'): string {
  const day = (ago: number) => `date ${literal(daysBefore(today, ago))}`
  return `
with monthly as (
  select domain,
    min(first_at) as first_at, max(last_at) as last_at,
    ${dialect.latest('name', 'name_at')} as name, max(name_at) as name_at,
    ${dialect.latest('country', 'country_at')} as country, max(country_at) as country_at,
    ${countColumns(day)
      .map(({ name, sum }) => `${sum} as ${name}`)
      .join(',\n    ')},
    ${SPANS.flatMap(n => [
      `min(first_at) filter (where day >= ${day(n)}) as first_${n}`,
      `max(last_at) filter (where day >= ${day(n)}) as last_${n}`,
    ]).join(',\n    ')},
    ${weekColumns(today, day, dialect).join(',\n    ')},
    ${classPoints(model)
      .map(c => `${pointsOfMonth(c, day(model.windowDays))} as p_${c.column}`)
      .join(',\n    ')}
  from ${rollup} group by domain, date_trunc('month', day)
),
accounts as (
  select domain,
    min(first_at) as first_at, max(last_at) as last_at,
    ${dialect.latest('name', 'name_at')} as name,
    ${dialect.latest('country', 'country_at')} as country,
    ${countColumns(day)
      .map(({ name }) => `cast(sum(${name}) as double) as ${name}`)
      .join(', ')},
    ${SPANS.map(n => `coalesce(${dialect.wholeDays(`min(first_${n})`, `max(last_${n})`)}, 0) as span_${n}`).join(', ')},
    ${WEEKS.map(name => `coalesce(${dialect.bitOr(name)}, 0) as ${name}`).join(', ')},
    cast(${windowPoints(model)} as double) as micropoints
  from monthly group by domain
),
${actorsSql(day, rollup)},
${artifactsSql(day, rollup)}
select accounts.* exclude (first_at, last_at),
  ${dialect.epochMs('first_at')} as first_seen, ${dialect.epochMs('last_at')} as last_seen,
  greatest(${dialect.wholeDays('last_at', `timestamp ${literal(today)}`)}, 0) as last_seen_days,
  coalesce(actors_now_30, 0) as actors_now_30, coalesce(actors_before_30, 0) as actors_before_30,
  coalesce(actors_now_7, 0) as actors_now_7, coalesce(actors_before_7, 0) as actors_before_7,
  top_artifacts
from accounts left join actors using (domain) left join artifacts using (domain)
order by domain`
}

const SPANS = [60, 90] as const

/** The weeks of the last 90 days with a signal, a use, a view that is not low: a bit each, the oldest lowest. */
const WEEKS = ['signal_week_bits', 'use_week_bits', 'view_week_bits'] as const

/** The last 90 days; longer than that no fact looks back. */
const LONGEST_WINDOW = 90

type DayAgo = (ago: number) => string

const VIEWS = sumOf('view_')
const DOWNLOADS = sumOf('download_')
const TELEMETRY = sumOf('telemetry_')
const COMMUNITY = sumOf('community_')
const USES = `(${DOWNLOADS} + ${TELEMETRY})`
const SIGNALS = `(${VIEWS} + ${DOWNLOADS} + ${TELEMETRY} + ${COMMUNITY} + custom)`
const HIGH = sumOf('_high')

function sumOf(part: string): string {
  const columns = CLASS_COLUMNS.filter(({ column }) => `${column}`.includes(part)).map(({ column }) => column)
  return `(${columns.join(' + ')})`
}

/** Columns that add up over days: the counting facts, and what growth is reckoned from. */
function countColumns(
  day: DayAgo,
): { name: CountFact | `signals_${'now' | 'before'}_${7 | 30}`; sum: string }[] {
  const within = (what: string, from: number) => `sum(case when day >= ${day(from)} then ${what} else 0 end)`
  const before = (what: string, days: number) =>
    `sum(case when day >= ${day(2 * days)} and day < ${day(days)} then ${what} else 0 end)`
  return [
    ...WINDOWS.flatMap(n => [
      { name: `views_${n}` as const, sum: within(VIEWS, n) },
      { name: `downloads_${n}` as const, sum: within(DOWNLOADS, n) },
      { name: `telemetry_${n}` as const, sum: within(TELEMETRY, n) },
      { name: `community_${n}` as const, sum: within(COMMUNITY, n) },
      { name: `signals_${n}` as const, sum: within(SIGNALS, n) },
      { name: `uses_${n}` as const, sum: within(USES, n) },
      { name: `use_days_${n}` as const, sum: within(`(case when ${USES} > 0 then 1 else 0 end)`, n) },
      { name: `high_${n}` as const, sum: within(HIGH, n) },
    ]),
    { name: 'signals_now_7', sum: within(SIGNALS, 7) },
    { name: 'signals_before_7', sum: before(SIGNALS, 7) },
    { name: 'signals_before_30', sum: before(SIGNALS, 30) },
  ]
}

/** A bit for each ISO week that the last 90 days touch, set where the week has such a day. */
function weekColumns(today: string, day: DayAgo, dialect: Dialect): string[] {
  const monday = mondayOf(daysBefore(today, LONGEST_WINDOW))
  const bit = dialect.bit(`(day - date ${literal(monday)}) // 7`)
  const weeks = (condition: string) =>
    dialect.bitOr(`case when day >= ${day(LONGEST_WINDOW)} and ${condition} then ${bit} else 0 end`)
  return [
    `${weeks('true')} as signal_week_bits`,
    `${weeks(`${USES} > 0`)} as use_week_bits`,
    `${weeks('view_medium + view_high > 0')} as view_week_bits`,
  ]
}

type ClassPoints = ReturnType<typeof classPoints>[number]

/** A class's points of a month: each day up to its cap, the sum up to the month's. */
function pointsOfMonth({ column, points, perDay, perMonth }: ClassPoints, from: string): string {
  const daily = `least(cast(${column} as bigint) * ${points}, ${perDay})`
  return `least(sum(case when day >= ${from} then ${daily} else 0 end), ${perMonth})`
}

/** Months' caps that a class earns at most: 90 days touch three or four, and a steady user must not swing by a third. */
export const MONTHS_CAPPED = 3

function windowPoints(model: Model): string {
  return (
    classPoints(model)
      .map(c => `least(sum(p_${c.column}), ${c.perMonth * MONTHS_CAPPED})`)
      .join(' + ') || '0'
  )
}

/** Distinct actors of four windows: each actor of an account once, with the windows it was seen in. */
function actorsSql(day: DayAgo, rollup: string): string {
  const seen = (condition: string) => `bool_or(${condition})`
  const count = (column: string) => `cast(count(*) filter (where ${column}) as integer) as ${column}`
  return `actors as (
  select domain, ${['actors_now_30', 'actors_before_30', 'actors_now_7', 'actors_before_7'].map(count).join(', ')}
  from (
    select domain, actor,
      ${seen(`day >= ${day(30)}`)} as actors_now_30, ${seen(`day < ${day(30)}`)} as actors_before_30,
      ${seen(`day >= ${day(7)}`)} as actors_now_7, ${seen(`day >= ${day(14)} and day < ${day(7)}`)} as actors_before_7
    from (select domain, day, unnest(actors) as actor from ${rollup} where day >= ${day(60)})
    group by domain, actor
  ) group by domain
)`
}

/** Up to this many names stand in `top_artifacts`. */
const TOP_ARTIFACTS = 5

function artifactsSql(day: DayAgo, rollup: string): string {
  return `artifacts as (
  select domain, list(name order by signals desc, name) as top_artifacts
  from (
    select domain, name, signals, row_number() over (partition by domain order by signals desc, name) as place
    from (
      select domain, artifact.name as name, sum(artifact.signals) as signals
      from (select domain, unnest(artifacts) as artifact from ${rollup} where day >= ${day(LONGEST_WINDOW)})
      group by domain, artifact.name
    )
  ) where place <= ${TOP_ARTIFACTS} group by domain
)`
}

const DAY_MS = 86_400_000

function daysBefore(today: string, days: number): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10)
}

/** The Monday of a day's ISO week. */
function mondayOf(day: string): string {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  return daysBefore(day, weekday)
}
