import { domainToASCII } from 'node:url'
import { parse } from 'tldts'

/**
 * The registrable domain that a host, address or url stands for, lower-case and in punycode; null where it names no
 * company: an IP address, a bare public suffix, a one-label name, a suffix that the Public Suffix List lacks, or `.arpa`,
 * which the list has and which names the network's own things (`4.in-addr.arpa`).
 * Source: MODEL.md §1, with the list's private section (`acme.github.io` is a company of its own).
 */
export function companyDomain(raw: string): string | null {
  const host = parse(raw, OPTIONS).hostname
  if (host === null) return null
  const bare = host.startsWith('www.') ? host.slice('www.'.length) : host
  const { domain, publicSuffix, isIcann, isPrivate, isIp } = parse(bare, OPTIONS)
  if (isIp || domain === null || !(isIcann || isPrivate)) return null
  if (publicSuffix?.split('.').at(-1) === 'arpa') return null
  return domainToASCII(domain) || null
}

const OPTIONS = { allowPrivateDomains: true } as const
