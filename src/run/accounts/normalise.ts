import type { StoreConfig } from '../../config/config.ts'
import { companyDomain } from '../../domain/company-domain.ts'
import type { Cleaning } from '../../scoring/clean.ts'
import { hostJudge } from '../../store/account-domain.ts'

/** The config's cleaning in the form in which scoring takes it. */
export const cleaningOf = ({ aliases, exclude }: StoreConfig): Cleaning => ({
  domains: { aliases: normal(aliases), excluded: exclude.domains, freeMail: exclude.freeMail },
  connectionTypes: exclude.connectionTypes,
  minConfidence: exclude.minConfidence,
  bots: exclude.bots,
})

/** The account that a host, address or key in a CRM stands for, aliases folded; null for none. */
export function accountNamer(store: StoreConfig): (raw: string) => string | null {
  const judge = hostJudge(cleaningOf(store).domains)
  return raw => judge(raw).domain
}

/** The domains that an account's records may carry: its own, then those folded into it. */
export function domainsOf({ aliases }: StoreConfig): (account: string) => readonly string[] {
  const folded = normal(aliases)
  return account => [account, ...(folded[account] ?? [])]
}

/** Written by people, as `Acme.com` or `www.acme.com`: what they are looked up by is spelled as accounts are. */
const normal = (aliases: StoreConfig['aliases']): StoreConfig['aliases'] =>
  Object.fromEntries(
    Object.entries(aliases).map(([account, domains]) => [spelled(account), domains.map(spelled)]),
  )

const spelled = (domain: string): string => companyDomain(domain) ?? domain.toLowerCase()
