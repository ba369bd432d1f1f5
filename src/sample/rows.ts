import type { SampleAccount } from './accounts.ts'
import { BOT_AGENTS, type Content } from './contents.ts'
import type { Act } from './habits.ts'
import { oneOf, type Random } from './random.ts'
import type { Slot } from './slots.ts'
import {
  employee,
  FREE_MAIL,
  hex16,
  NO_COMPANY,
  NOT_A_COMPANY,
  PROVIDERS,
  stranger,
  type Visitor,
} from './visitors.ts'

/** The columns of Scarf's event export, in the order of its own PostgreSQL exporter. */
export const COLUMNS = [
  'id',
  'type',
  'package',
  'pixel',
  'version',
  'time',
  'referer',
  'user_agent',
  'platform',
  'variables',
  'origin_id',
  'origin_latitude',
  'origin_longitude',
  'origin_country',
  'origin_city',
  'origin_postal',
  'origin_connection_type',
  'origin_company',
  'origin_domain',
  'dnt',
  'confidence',
  'endpoint_id',
  'origin_state',
  'mtc_quota_exceeded',
] as const

/** One in this many rows without a company lost it to the plan's limit. */
const QUOTA_ONE_IN = 12

const pad = (number: number, length: number): string => String(number).padStart(length, '0')
const CLOCK = Array.from(
  { length: 1440 },
  (_, minute) => `${pad(Math.floor(minute / 60), 2)}:${pad(minute % 60, 2)}:`,
)
const SECONDS = Array.from({ length: 60 }, (_, second) => `${pad(second, 2)}.`)
const MILLIS = Array.from({ length: 1000 }, (_, ms) => pad(ms, 3))

/** What the rows of one day are made from. */
export interface RowSource {
  date: string
  accounts: readonly SampleAccount[]
  companies: readonly string[]
  contents: Readonly<Record<Act, Content>>
  random: Random
}

/** One CSV line, its line break included. */
export function rowOf(slot: Slot, from: RowSource): string {
  const content = from.contents[slot.act]
  switch (slot.role) {
    case 'company':
      return line(slot, from, content, companyVisitor(slot.account, from), false, false)
    case 'anonymous': {
      const quota = from.random() * QUOTA_ONE_IN < 1
      return line(slot, from, content, stranger(oneOf(NO_COMPANY, from.random), from.random), false, quota)
    }
    case 'left_out':
      return leftOut(slot, from, content)
  }
}

/** A row that names somebody and still counts for nobody, for one of the reasons of MODEL.md §1. */
function leftOut(slot: Slot, from: RowSource, content: Content): string {
  const { random } = from
  const someone = (): Visitor => companyVisitor(Math.floor(random() * from.accounts.length), from)
  const roll = random()
  if (roll < 0.35 && slot.act.endsWith('_view')) {
    return line(slot, from, { ...content, agents: BOT_AGENTS }, someone(), false, false)
  }
  if (roll < 0.5) return line(slot, from, content, someone(), true, false)
  const named = roll < 0.8 ? PROVIDERS : roll < 0.92 ? FREE_MAIL : NOT_A_COMPANY
  return line(slot, from, content, stranger(oneOf(named, random), random), false, false)
}

const companyVisitor = (account: number, { accounts, companies, random }: RowSource): Visitor => {
  const who = accounts[account]
  return who === undefined ? stranger(',,', random) : employee(who, companies[account] ?? ',,', random)
}

function line(
  slot: Slot,
  { date, random }: RowSource,
  content: Content,
  who: Visitor,
  dnt: boolean,
  quota: boolean,
): string {
  const id = uuid(random)
  const what = oneOf(content.what, random)
  const page = oneOf(content.pages, random)
  const agent = oneOf(content.agents, random)
  const variables = oneOf(content.variables, random)
  return `${id},${what},${date} ${clock(slot.ms)},${page},${agent},${variables},${who.origin},${who.place},${who.company},${dnt},${who.confidence},${who.endpoint},${who.state},${quota}\n`
}

const clock = (ms: number): string =>
  `${CLOCK[Math.floor(ms / 60_000)]}${SECONDS[Math.floor(ms / 1000) % 60]}${MILLIS[ms % 1000]}`

/** A random UUID of version 4, from the seeded stream. */
function uuid(random: Random): string {
  const word = (): number => (random() * 2 ** 32) | 0
  const first = word()
  const second = word()
  const third = word()
  const fourth = word()
  const version = hex16((second & 0x0fff) | 0x4000)
  const variant = hex16((third & 0x3fff) | 0x8000)
  const node = hex16(third >>> 16) + hex16(fourth >>> 16) + hex16(fourth)
  return `${hex16(first >>> 16)}${hex16(first)}-${hex16(second >>> 16)}-${version}-${variant}-${node}`
}
