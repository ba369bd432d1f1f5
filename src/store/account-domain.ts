import { companyDomain } from '../domain/company-domain.ts'
import freeMail from './free-mail.json' with { type: 'json' }

/** Which hosts are accounts, and which of them are left out: the part of MODEL.md §1 that SQL can't do. */
export interface DomainRules {
  /** Account → domains folded into it. */
  aliases: Readonly<Record<string, readonly string[]>>
  /** Own and listed domains. */
  excluded: readonly string[]
  freeMail: boolean
}

export interface HostVerdict {
  /** The account; null where the host is no company. */
  domain: string | null
  leftOut: 'not_a_company' | 'free_mail' | 'excluded' | null
  /** Whether it is a free mail provider's, left out or not. */
  isFreeMail: boolean
}

/** Settles a host as it stands in a signal or a CRM. Aliases fold first, then exclusions are looked at. */
export function hostJudge(rules: DomainRules): (raw: string) => HostVerdict {
  const fold = new Map(
    Object.entries(rules.aliases).flatMap(([account, folded]) =>
      folded.map((domain): [string, string] => [normal(domain), normal(account)]),
    ),
  )
  const excluded = new Set(rules.excluded.map(normal))
  const free = new Set(freeMail)
  return raw => {
    const own = companyDomain(raw)
    if (own === null) return { domain: null, leftOut: 'not_a_company', isFreeMail: false }
    const domain = fold.get(own) ?? own
    const isFreeMail = free.has(domain)
    if (isFreeMail && rules.freeMail) return { domain, leftOut: 'free_mail', isFreeMail }
    return { domain, leftOut: excluded.has(domain) ? 'excluded' : null, isFreeMail }
  }
}

/** Domains in a config are written by people: the same rule makes them comparable. */
const normal = (domain: string): string => companyDomain(domain) ?? domain.toLowerCase()
