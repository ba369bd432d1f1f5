import { isbot } from 'isbot'
import type { Rule } from '../config/model.ts'
import { hostJudge } from '../store/account-domain.ts'
import type { Dialect } from '../store/dialect.ts'
import type { DuckDb } from '../store/duckdb.ts'
import { isNoreplyHost, mailHost } from '../store/email-address.ts'
import { type Cleaning, hostSql, mailSql } from './clean.ts'
import { classSql, importanceSql, urlSql } from './importance.ts'

/**
 * What is settled once for many signals, because it costs much or because SQL can't do it: the company and the person
 * of an origin (domain and email), whether a user agent is a bot, the class of a look (all that rules ask of a signal). Signals
 * find them by a hash: there are millions of them, and of the others thousands.
 */
const TABLES = `
create or replace temp table origins (origin ubigint, host varchar, mailbox varchar, mail_host varchar);
create or replace temp table hosts (raw varchar, domain varchar, left_out varchar, free varchar);
create or replace temp table mail_hosts (raw varchar, host varchar, free varchar);
create or replace temp table agents (raw varchar, bot varchar);
create or replace temp table looks (look ubigint, class tinyint)`

const ORIGIN = ['account_domain', 'email']
const LOOK = ['kind', 'type', 'artifact', 'version', 'url']

/** A signal's key in `companies`. */
export const originSql = (dialect: Dialect, signal: string): string => keyOf(dialect, signal, ORIGIN)

/** A signal's key in `looks`. */
export const lookSql = (dialect: Dialect, signal: string): string => keyOf(dialect, signal, LOOK)

const keyOf = (dialect: Dialect, signal: string, columns: readonly string[]): string =>
  dialect.hashAll(columns.map(column => `${signal}.${column}`))

export const forgetSettled = (db: DuckDb): Promise<void> => db.run(TABLES)

/** Settles what was not seen before of the view `signals`, and makes `companies`: origin → host, domain, left_out, email. */
export async function settleBatch(
  db: DuckDb,
  dialect: Dialect,
  cleaning: Cleaning,
  rules: readonly Rule[],
): Promise<void> {
  await db.run(`insert into looks select look, ${classSql('kind', importanceSql(rules))} from (
    select *, ${urlSql(dialect)} from (select distinct ${LOOK.join(', ')}, ${lookSql(dialect, 's')} as look from signals s)
  ) where look not in (select look from looks)`)
  await db.run(`insert into origins select origin, ${hostSql(dialect)}, ${mailSql(dialect)} from (
    select distinct ${ORIGIN.join(', ')}, ${originSql(dialect, 's')} as origin from signals s
  ) where origin not in (select origin from origins)`)
  await settleHosts(db, cleaning)
  if (cleaning.bots) await settleAgents(db)
  await settleMailHosts(db, cleaning)
  await db.run(`create or replace temp table companies as
    select origin, o.host, domain, left_out,
      case when h.free is null or m.free is null then mailbox || '@' || m.host end as email
    from origins o left join hosts h on h.raw = o.host left join mail_hosts m on m.raw = mail_host`)
}

async function settleHosts(db: DuckDb, cleaning: Cleaning): Promise<void> {
  const judge = hostJudge(cleaning.domains)
  const hosts =
    'select distinct host as raw from origins where host is not null and host not in (select raw from hosts)'
  await settle(db, hosts, 'hosts', raw => {
    const { domain, leftOut, isFreeMail } = judge(raw)
    return [raw, domain, leftOut, isFreeMail ? 'free' : null]
  })
}

/** A person's address must be one that reaches a person, and none of those that the config leaves out (CONFIG.md). */
async function settleMailHosts(db: DuckDb, cleaning: Cleaning): Promise<void> {
  const judge = hostJudge(cleaning.domains)
  const hosts = `select distinct mail_host as raw from origins where mailbox is not null and mail_host is not null
    and mail_host not in (select raw from mail_hosts)`
  await settle(db, hosts, 'mail_hosts', raw => {
    const { leftOut, isFreeMail } = judge(raw)
    const host = leftOut === 'excluded' ? null : mailHost(raw)
    return [raw, host === null || isNoreplyHost(host) ? null : host, isFreeMail ? 'free' : null]
  })
}

async function settleAgents(db: DuckDb): Promise<void> {
  const agents = `select distinct user_agent as raw from signals where kind = 'view' and user_agent is not null
    and user_agent not in (select raw from agents)`
  await settle(db, agents, 'agents', raw => [raw, isbot(raw) ? 'bot' : null])
}

/** Some MB of texts. */
const SETTLED_AT_ONCE = 50_000

async function settle(
  db: DuckDb,
  distinct: string,
  table: string,
  verdict: (raw: string) => readonly (string | null)[],
): Promise<void> {
  await db.run(`create or replace temp table unsettled as ${distinct}`)
  // Page by page, each read to its end before anything goes back in: the connection does one thing at a time.
  for (let from = 0; ; from += SETTLED_AT_ONCE) {
    const page = await db.rows(
      `select raw from unsettled where rowid >= ${from} and rowid < ${from + SETTLED_AT_ONCE}`,
    )
    if (page.length === 0) break
    await db.append(
      table,
      page.map(row => verdict(String(row.raw))),
    )
  }
  await db.run('drop table unsettled')
}
