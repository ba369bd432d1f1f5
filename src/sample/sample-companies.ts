import type { Population } from './accounts.ts'
import { companyOf, MAX_COMPANIES } from './company.ts'
import { fraction, mix } from './random.ts'

/** A company as a CRM holds it before the first run. */
export interface SampleCompany {
  name: string
  /** As people and imports left it: some with `www.`, a scheme, or in capitals. */
  domain: string
}

/** Share of the sample's accounts that the CRM knows already. */
const KNOWN_SHARE = 0.6
/** One known company in this many stands there twice, so that it is ambiguous. */
const TWICE_ONE_IN = 40
/** Companies that give no signal, for each account of the sample. */
const UNRELATED_SHARE = 0.25

/** The companies that the CRM of the demo holds before the first run; the same options give the same list. */
export function sampleCompanies({ accounts, seed }: Population): SampleCompany[] {
  const known = numbers(accounts).filter(number => fraction(mix(seed, 404), number) < KNOWN_SHARE)
  const held = known.flatMap((number, index): SampleCompany[] => {
    const { name, domain } = companyOf(seed, number)
    const first = { name, domain: asStored(domain, fraction(mix(seed, 405), number)) }
    return index % TWICE_ONE_IN === 1 ? [first, { name: `${name} (old)`, domain }] : [first]
  })
  // Counted down from the last possible company: the accounts of a sample are counted up from the first.
  const unrelated = numbers(Math.min(Math.ceil(accounts * UNRELATED_SHARE), MAX_COMPANIES - accounts)).map(
    (number): SampleCompany => {
      const { name, domain } = companyOf(seed, MAX_COMPANIES - 1 - number)
      return { name, domain }
    },
  )
  return [...held, ...unrelated]
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number)

function asStored(domain: string, roll: number): string {
  if (roll < 0.08) return `www.${domain}`
  if (roll < 0.14) return domain.toUpperCase()
  return roll < 0.18 ? `https://www.${domain}/` : domain
}
