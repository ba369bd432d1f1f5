import type { Dialect } from '../store/dialect.ts'
import { CLASS_COLUMNS } from './importance.ts'

/**
 * The rollup: a row an account and day, all that scoring needs of it. Over `labelled`, the signals of some days.
 * Columns: domain, day, a count for each class (`view_low` …), `custom`, `first_at`, `last_at`, `name` with
 * `name_at`, `country` with `country_at`, `actors` (distinct hashes), `artifacts` (name and count).
 */
export function rollupSql(dialect: Dialect): string {
  const accepted = '(select * from labelled where left_out is null)'
  const counts = CLASS_COLUMNS.map(({ column }, place) => `${count(`class = ${place}`)} as ${column}`)
  return `
with days as (
  select domain, day,
    ${counts.join(',\n    ')},
    ${count('class is null')} as custom,
    min(occurred_at) as first_at, max(occurred_at) as last_at,
    ${dialect.latest('name', 'occurred_at')} as name, max(occurred_at) filter (where name is not null) as name_at,
    ${dialect.latest('country', 'occurred_at')} as country, max(occurred_at) filter (where country is not null) as country_at,
    list(distinct actor) filter (where actor is not null) as actors
  from ${accepted} group by domain, day
), artifacts as (
  select domain, day, list({name: artifact, signals: signals}) as artifacts
  from (select domain, day, artifact, cast(count(*) as integer) as signals from ${accepted}
        where artifact is not null group by domain, day, artifact)
  group by domain, day
)
select days.*, artifacts.artifacts from days left join artifacts using (domain, day)`
}

const count = (condition: string): string => `cast(count(*) filter (where ${condition}) as integer)`

/** One row of the rollup's columns, for a store without a single day. */
export const EMPTY_ROLLUP = `select '' as domain, date '1970-01-01' as day,
  ${CLASS_COLUMNS.map(({ column }) => `0 as ${column}`).join(', ')}, 0 as custom,
  timestamp '1970-01-01' as first_at, timestamp '1970-01-01' as last_at, '' as name, timestamp '1970-01-01' as name_at,
  '' as country, timestamp '1970-01-01' as country_at, [cast(0 as ubigint)] as actors,
  [{name: '', signals: 0}] as artifacts`
