import { companyDomain } from '../../domain/company-domain.ts'
import { type Fault, fault, isList } from '../read/parsed.ts'

/**
 * What is wrong with `aliases:`. Each domain folds into one account, which is not folded away itself: in a chain the
 * account in its middle would come and go from run to run. People spell domains as they like: they are compared as accounts are.
 */
export function aliasFaults(aliases: Readonly<Record<string, unknown>>): Fault[] {
  // The first of two spellings stands.
  const accounts = new Map(
    Object.keys(aliases)
      .toReversed()
      .map(written => [companyDomain(written), written]),
  )
  const folded = new Map<string, string>()
  return Object.entries(aliases).flatMap(([account, domains]) => [
    ...accountFaults(account, accounts),
    ...(isList(domains) ? domains : []).flatMap((written, index) => {
      const message = foldFault(String(written), account, accounts, folded)
      return message === null ? [] : [fault(message, ['aliases', account, index])]
    }),
  ])
}

type Spelled = ReadonlyMap<string | null, string>

function accountFaults(account: string, accounts: Spelled): Fault[] {
  const domain = companyDomain(account)
  if (domain === null) return [fault(`${account} ${NO_COMPANY}`, ['aliases', account])]
  const first = accounts.get(domain)
  if (first === account) return []
  return [fault(`${account} and ${first} are one account, ${domain}: write it once`, ['aliases', account])]
}

function foldFault(
  written: string,
  account: string,
  accounts: Spelled,
  folded: Map<string, string>,
): string | null {
  const domain = companyDomain(written)
  if (domain === null) return `${written} ${NO_COMPANY}`
  const named = written === domain ? domain : `${written} is ${domain}, which`
  if (domain === companyDomain(account)) return `${written} is the account ${domain} itself: leave it out`
  if (accounts.has(domain)) return `${named} has aliases of its own: fold these into one account`
  const other = folded.get(domain)
  folded.set(domain, account)
  return other === undefined ? null : `${named} is folded into ${other} already`
}

const NO_COMPANY = 'names no company: give a domain, such as acme.com'
