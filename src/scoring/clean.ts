import { hash } from 'node:crypto'
import { isbot } from 'isbot'
import isbotPackage from 'isbot/package.json' with { type: 'json' }
import tldtsPackage from 'tldts/package.json' with { type: 'json' }
import type { LeftOutReason } from '../domain/signal.ts'
import { type DomainRules, hostJudge } from '../store/account-domain.ts'
import type { Dialect } from '../store/dialect.ts'
import type { DuckDb } from '../store/duckdb.ts'
import freeMail from '../store/free-mail.json' with { type: 'json' }
import { literal, literals } from '../store/sql.ts'

/** What is left out of the score (config `store.exclude`, `store.aliases`). */
export interface Cleaning {
  domains: DomainRules
  connectionTypes: readonly string[]
  minConfidence: number
  bots: boolean
}

/** Changes with every rule of cleaning, and with the lists behind them. */
export const cleaningHash = (cleaning: Cleaning): string =>
  hash('sha256', JSON.stringify([cleaning, isbotPackage.version, tldtsPackage.version, freeMail]))

/**
 * Where a signal's company is read from: its domain, else its email's host; null where neither names one. An email
 * host with a label `noreply` names no company.
 */
export function hostSql(dialect: Dialect): string {
  const email = `lower(trim(${dialect.capture(`coalesce(email, '')`, '@([^@]*)$')}))`
  return `coalesce(nullif(lower(trim(account_domain)), ''),
    case when '.' || ${email} || '.' not like '%.noreply.%' then nullif(${email}, '') end)`
}

export const HOSTS_TABLE = `create temp table hosts (raw varchar, domain varchar, left_out varchar)`
export const BOTS_TABLE = `create temp table agents (raw varchar, bot varchar)`

/**
 * Settles the hosts and user agents of the batch that were not seen before: the two things that SQL can't do. They
 * come out one chunk at a time and go back in as a table.
 */
export async function settleBatch(db: DuckDb, cleaning: Cleaning): Promise<void> {
  const judge = hostJudge(cleaning.domains)
  const hosts =
    'select distinct host as raw from batch where host is not null and host not in (select raw from hosts)'
  await settle(db, hosts, 'hosts', raw => {
    const { domain, leftOut } = judge(raw)
    return [raw, domain, leftOut]
  })
  if (!cleaning.bots) return
  const agents = `select distinct user_agent as raw from batch where kind = 'view' and user_agent is not null
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

/**
 * Why a row of the batch is left out, or null: the first reason that applies, in the order of MODEL.md §1. Over
 * `batch b`, `hosts h`, `agents a` and `repeated r`.
 */
export function leftOutSql(cleaning: Cleaning): string {
  const reasons: readonly (readonly [LeftOutReason, string])[] = [
    ['bad_row', 'b.id_hash is null'],
    ['duplicate', 'r.row is not null'],
    ['do_not_track', 'b.dnt'],
    ['low_confidence', `b.confidence < ${cleaning.minConfidence}`],
    ['no_company', 'b.host is null'],
    ['not_a_company', `h.left_out = 'not_a_company'`],
    ['connection_type', `b.connection_type in ${literals(cleaning.connectionTypes)}`],
    ['free_mail', `h.left_out = 'free_mail'`],
    ['excluded', `h.left_out = 'excluded'`],
    ['bot', `b.kind = 'view' and a.bot is not null`],
  ]
  return `case ${reasons.map(([reason, condition]) => `when ${condition} then ${literal(reason)}`).join('\n  ')} end`
}
