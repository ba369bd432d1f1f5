import { domainToASCII } from 'node:url'
import { parse } from 'tldts'

/** The registrable domain that a text names, in the order of MODEL.md §1; null where it names no company. */
export function companyDomain(text: string): string | null {
  let host = text.trim().toLowerCase()
  host = host.replace(/^([a-z][a-z0-9+.-]*:)?\/\//, '')
  host = host.split(/[/?#]/)[0] ?? ''
  host = host.slice(host.lastIndexOf('@') + 1)
  host = host.replace(/:\d*$/, '')
  host = host.replace(/\.$/, '')
  if (/[^\p{ASCII}]/u.test(host)) host = domainToASCII(host)
  host = host.replace(/^www\./, '')
  const parsed = parse(host, { allowPrivateDomains: true })
  const hasListedSuffix = parsed.isIcann === true || parsed.isPrivate === true
  // The Public Suffix List has `.arpa`, under which stand addresses and numbers, and no company.
  const isInfrastructure = /(^|\.)arpa$/.test(host)
  if (parsed.isIp === true || !hasListedSuffix || isInfrastructure) return null
  return parsed.domain
}

/** The host of an email; `''` where it has none, or one with a label `noreply`, which names no company. */
export function emailHost(email: string): string {
  const at = email.lastIndexOf('@')
  if (at === -1) return ''
  const host = email
    .slice(at + 1)
    .trim()
    .toLowerCase()
  return host.split('.').includes('noreply') ? '' : host
}
