import { hash } from 'node:crypto'
import isbotPackage from 'isbot/package.json' with { type: 'json' }
import tldtsPackage from 'tldts/package.json' with { type: 'json' }
import type { LeftOutReason } from '../domain/signal.ts'
import type { DomainRules } from '../store/account-domain.ts'
import type { Dialect } from '../store/dialect.ts'
import { MAIL_HOST, MAILBOX, NOREPLY_MAILBOX } from '../store/email-address.ts'
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

/**
 * The two parts of a signal's email, lower-case, as `mailbox` and `mail_host`: null where it is no address, and the
 * mailbox where nobody reads it.
 */
export function mailSql(dialect: Dialect): string {
  const part = (pattern: string) =>
    `nullif(lower(${dialect.capture(`coalesce(email, '')`, pattern.replaceAll("'", "''"))}), '')`
  const mailbox = part(MAILBOX)
  return `case when not ${dialect.matches(mailbox, NOREPLY_MAILBOX)} then ${mailbox} end as mailbox,
    ${part(MAIL_HOST)} as mail_host`
}

/**
 * Why a signal is left out, or null: the first reason that applies, in the order of MODEL.md §1; but duplicates, which
 * come second, are told when all rows of a day are there. Over `signals s`, `companies c` and `agents a`.
 */
export function leftOutSql(cleaning: Cleaning): string {
  const reasons: readonly (readonly [LeftOutReason, string])[] = [
    ['bad_row', 's.id is null'],
    ['do_not_track', 's.dnt'],
    ['low_confidence', `s.confidence < ${cleaning.minConfidence}`],
    ['no_company', 'c.host is null'],
    ['not_a_company', `c.left_out = 'not_a_company'`],
    ['connection_type', `lower(s.connection_type) in ${literals(cleaning.connectionTypes)}`],
    ['free_mail', `c.left_out = 'free_mail'`],
    ['excluded', `c.left_out = 'excluded'`],
    ['bot', `a.bot is not null`],
  ]
  return `case ${reasons.map(([reason, condition]) => `when ${condition} then ${literal(reason)}`).join('\n  ')} end`
}
