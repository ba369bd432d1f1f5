import { domainToASCII } from 'node:url'
import { parse } from 'tldts'
import { companyDomain } from '../domain/company-domain.ts'

/**
 * The parts of an email address as regular expressions that every engine and JavaScript read alike, one group each.
 * The part before the @ is what browsers take (source: WHATWG HTML, "valid e-mail address"); its length is RFC 5321's.
 */
export const MAILBOX = "^\\s*([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@[^@]*$"
export const MAIL_HOST = '^[^@]*@([^@\\s]+)\\s*$'

/** A mailbox, in lower case, that nobody reads: `noreply`, `no-reply+x`, `jira-noreply`, `do_not_reply2`. */
export const NOREPLY_MAILBOX = '^([^+]*[._-])?(no|do[._-]?not|dont)[._-]?reply([0-9._+-].*)?$'

/** A label of a host, such as GitHub's `users.noreply.github.com`. */
const NOREPLY_LABEL = /^(no|do-?not|dont)-?reply$/

/**
 * The host of an email address, lower-case and in punycode, so that one person has one address; null where no company
 * can stand behind it: no registrable domain, or more than a host.
 */
export function mailHost(raw: string): string | null {
  const { hostname } = parse(raw)
  if (hostname === null || hostname !== raw.toLowerCase()) return null
  const host = domainToASCII(hostname)
  return /^[a-z0-9.-]+$/.test(host) && companyDomain(host) !== null ? host : null
}

export const isNoreplyHost = (host: string): boolean =>
  host.split('.').some(label => NOREPLY_LABEL.test(label))

/** An email address in the spelling under which people are kept; null where it is none. */
export function emailAddress(raw: string): string | null {
  const mailbox = new RegExp(MAILBOX).exec(raw)?.[1]
  const host = mailHost(new RegExp(MAIL_HOST).exec(raw)?.[1] ?? '')
  return mailbox === undefined || host === null ? null : `${mailbox.toLowerCase()}@${host}`
}
