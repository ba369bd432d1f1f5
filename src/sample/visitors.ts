import type { SampleAccount } from './accounts.ts'
import { cells } from './cells.ts'
import { CITIES } from './places.ts'
import { fraction, mix, type Random } from './random.ts'

/** Who a row is of, as pieces of a CSV line. */
export interface Visitor {
  /** `origin_id` */
  origin: string
  /** `origin_latitude,origin_longitude,origin_country,origin_city,origin_postal` */
  place: string
  /** `origin_connection_type,origin_company,origin_domain` */
  company: string
  confidence: string
  /** `endpoint_id` */
  endpoint: string
  /** `origin_state` */
  state: string
}

const HEX16 = Array.from({ length: 65_536 }, (_, number) => number.toString(16).padStart(4, '0'))
/** Four hexadecimal digits of the low 16 bits. */
export const hex16 = (bits: number): string => HEX16[bits & 0xffff] ?? ''
const hex32 = (word: number): string => hex16(word >>> 16) + hex16(word)
const hash128 = (seed: number, salt: number): string =>
  hex32(mix(seed, salt)) +
  hex32(mix(seed, salt + 1)) +
  hex32(mix(seed, salt + 2)) +
  hex32(mix(seed, salt + 3))

const PLACES = cells(
  CITIES.map(city => [
    city.latitude.toFixed(2),
    city.longitude.toFixed(2),
    city.country,
    city.name,
    city.postal,
  ]),
)
const STATES = CITIES.map(city => city.state)
const CITY_NUMBER = new Map(CITIES.map((city, number) => [city, number]))

const percents = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, step) => ((from + step) / 100).toFixed(2))
const SURE = percents(60, 99)
const UNSURE = percents(5, 30)

/** One visitor in seventeen is a company only by a weak guess. */
const UNSURE_SHARE = 0.06
/** Share of people who are not in the city of their company. */
const ELSEWHERE_SHARE = 0.15

/** `origin_connection_type,origin_company,origin_domain` of each account; some as a careless source spells them. */
export const companyCells = (accounts: readonly SampleAccount[]): string[] =>
  cells(
    accounts.map(({ connectionType, name, domain, seed }) => [connectionType, name, spelled(domain, seed)]),
  )

function spelled(domain: string, seed: number): string {
  const roll = fraction(seed, 31)
  if (roll < 0.02) return `www.${domain}`
  return roll < 0.04 ? domain.toUpperCase() : domain
}

/** Somebody of a company: some do much more than others. */
export function employee(account: SampleAccount, company: string, random: Random): Visitor {
  const actor = Math.floor(Math.min(random(), random()) * account.actors)
  const own = mix(account.seed, 1000 + actor)
  const home = CITY_NUMBER.get(account.city) ?? 0
  const confidence = random() < UNSURE_SHARE ? UNSURE : SURE
  return {
    ...whereabouts(own, fraction(own, 1) < ELSEWHERE_SHARE ? anyCity(own) : home),
    // Two people behind one address.
    endpoint: hash128(mix(account.seed, 500_000 + (actor >> 1)), 20),
    company,
    confidence: confidence[Math.floor(random() * confidence.length)] ?? '',
  }
}

/** Somebody nobody knows, most of them at home. */
export function stranger(company: string, random: Random): Visitor {
  const own = Math.floor(random() * 2 ** 32)
  return { ...whereabouts(own, anyCity(own)), endpoint: hash128(own, 20), company, confidence: '' }
}

const anyCity = (own: number): number => Math.floor(fraction(own, 2) * CITIES.length)

const whereabouts = (own: number, city: number): Pick<Visitor, 'origin' | 'place' | 'state'> => ({
  origin: hash128(own, 10),
  place: PLACES[city] ?? '',
  state: STATES[city] ?? '',
})

/** Rows without a company: a home line, a phone, or nothing known at all. */
export const NO_COMPANY = ['isp,,', 'isp,,', 'mobile,,', ',,'] as const
/** Connections that name their provider, not the visitor's company. */
export const PROVIDERS = [
  'isp,Borealis Broadband,borealis-broadband-example.net',
  'isp,Tessera Fibre,tessera-fibre-example.com',
  'hosting,Nimbus Hosting,nimbus-hosting-example.com',
  'hosting,Quarry Cloud,quarry-cloud-example.io',
] as const
/** Mail providers that anybody has an address at; real names, as only those are on the list of them. */
export const FREE_MAIL = ['business,,gmail.com', 'business,,gmx.de', 'business,,hotmail.com'] as const
/** What stands in the domain column and is none: a printer, an address kept for documentation, a suffix. */
export const NOT_A_COMPANY = ['business,,printer.local', 'business,,198.51.100.7', 'business,,co.uk'] as const
