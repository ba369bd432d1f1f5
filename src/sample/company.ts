import { CITIES, type City, COUNTRY_SUFFIXES, GLOBAL_SUFFIXES } from './places.ts'
import { fraction, mix, pick } from './random.ts'

/** A company that does not exist. */
export interface Company {
  name: string
  /** Registrable, lower-case, ASCII. `-example` before the suffix keeps it clear of every real company. */
  domain: string
  city: City
  connectionType: 'business' | 'education' | 'government'
}

const words = (text: string): readonly [string, ...string[]] => {
  const [first = '', ...rest] = text.split(' ')
  return [first, ...rest]
}

const HEADS = words(
  'Nor Hal Brin Cal Del Fen Gar Hol Kes Lor Mar Nel Or Pell Quen Ros Sel Tor Ul Ver Wes Yar Zan Al Bor Cor Dun El Far Grün Hav Is Jor Kal Lin Mon Nis Ost Pry Rav',
)
const TAILS = words(
  'vale den mark wick ford stead holm brook gate haven field mere ridge shaw ton well worth berg dal lund stone crest moor bridge land port fell hurst more nova tech ling bury cott ham ley ney sund via wood',
)
const MIDDLES = words('_ a e i o u an en in on ar er or al el il ul as es is')
const SECTORS = words(
  'Logistics Energy Robotics Analytics Insurance Pharma Foods Textiles Media Aerospace Biotech Shipping Semiconductors Capital Payments Health Retail Mining Motors Rail Software Systems Cloud Security Telecom Studios Games Travel Realty Chemicals Optics Farms Steel Labs Networks Data Institute Academy Council Airlines',
)
/** Kinds of firm that a name may carry. Commas, quotes and ampersands are there for the readers of CSV. */
const FORMS: readonly [string, ...string[]] = ['', '', '', '', '', '', ' Group', ', Inc.', ' & Sons', ' "NV"']
const CONNECTIONS: ReadonlyMap<string, Company['connectionType']> = new Map([
  ['Institute', 'education'],
  ['Academy', 'education'],
  ['Council', 'government'],
])

const BLOCK = HEADS.length * TAILS.length * SECTORS.length
/** Coprime to BLOCK (neither even nor a multiple of 5): stepping by it meets each name once, well mixed. */
const STRIDE = 25_777

/** How many companies have names of their own. */
export const MAX_COMPANIES = BLOCK * MIDDLES.length

/** The company of this number; different numbers have different domains, whatever the suffix. */
export function companyOf(seed: number, number: number): Company {
  const own = mix(seed, number)
  const inBlock = (number * STRIDE + (mix(seed, 7) % BLOCK)) % BLOCK
  const head = HEADS[inBlock % HEADS.length] ?? ''
  const tail = TAILS[Math.floor(inBlock / HEADS.length) % TAILS.length] ?? ''
  const sector = SECTORS[Math.floor(inBlock / HEADS.length / TAILS.length)] ?? ''
  const middle = Math.floor(number / BLOCK)
  const stem = head + (middle === 0 ? '' : (MIDDLES[middle] ?? '')) + tail
  const city = pick(CITIES, fraction(own, 1))
  const local = fraction(own, 2) < 0.6 ? COUNTRY_SUFFIXES.get(city.country) : undefined
  const suffix = local ?? pick(GLOBAL_SUFFIXES, fraction(own, 3))
  const form = pick(FORMS, fraction(own, 4))
  return {
    name: `${stem} ${sector}${form}`,
    domain: `${ascii(stem)}-${sector.toLowerCase()}-example.${suffix}`,
    city,
    connectionType: CONNECTIONS.get(sector) ?? 'business',
  }
}

const ascii = (text: string): string => text.toLowerCase().replaceAll('ü', 'ue')
