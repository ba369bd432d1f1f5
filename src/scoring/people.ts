import type { Person } from '../domain/person.ts'
import { KINDS } from '../domain/signal.ts'
import type { Dialect } from '../store/dialect.ts'
import type { Row } from '../store/duckdb.ts'
import { kindBitSql } from './importance.ts'

/**
 * People by day: a row a day, account and email. Over `labelled`, the signals of some days. Columns: domain, day,
 * email, `kinds` (bits in the order of KINDS), `first_at`, `last_at`, `signals`.
 */
export const peopleOfDaysSql = (dialect: Dialect): string => `
select domain, day, email, ${dialect.bitOr(kindBitSql('class'))} as kinds,
  min(occurred_at) as first_at, max(occurred_at) as last_at, cast(count(*) as integer) as signals
from labelled where left_out is null and email is not null group by domain, day, email`

/** The people of all days, over a relation of `peopleOfDaysSql`'s rows; by domain, then email. */
export const peopleSql = (days: string, dialect: Dialect): string => `
select domain, email, ${dialect.bitOr('kinds')} as kinds, ${dialect.epochMs('min(first_at)')} as first_seen,
  ${dialect.epochMs('max(last_at)')} as last_seen, cast(sum(signals) as double) as signals
from ${days} group by domain, email order by domain, email`

/** A person from a row of `peopleSql`. */
export function person({ domain, email, kinds, first_seen, last_seen, signals }: Row): Person {
  return {
    domain: String(domain),
    email: String(email),
    kinds: KINDS.filter((_, bit) => (Number(kinds) & (1 << bit)) !== 0),
    firstSeen: new Date(Number(first_seen)),
    lastSeen: new Date(Number(last_seen)),
    signals: Number(signals),
  }
}
