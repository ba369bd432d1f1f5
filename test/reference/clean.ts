import { isbot } from 'isbot'
import { dayOf, fromDate, parseTime } from './calendar.ts'
import { companyDomain, emailHost } from './company-domain.ts'
import type { SignalRow } from './signal-row.ts'

/** What the config says of cleaning, in the shape of oql.yaml. */
export interface Cleaning {
  /** Account → domains folded into it. */
  aliases: Record<string, string[]>
  exclude: {
    domains: string[]
    free_mail: boolean
    connection_types: string[]
    min_confidence: number
    bots: boolean
  }
  /** A source's `types:`, for rows of the format `scarf_events`. */
  types: Record<string, string>
  /** The free-mail list: registrable domains, lower-case. */
  freeMail: readonly string[]
}

/** A signal that counts. Texts that are missing are `''`. */
export interface Signal {
  domain: string
  /** Microseconds since 1970. */
  time: number
  kind: string
  type: string
  name: string
  country: string
  /** `''` is nobody. */
  actor: string
  artifact: string
  version: string
  url: string
}

export interface Cleaned {
  signals: Signal[]
  read: number
  /** Reasons that applied to no row are not there. */
  leftOut: Record<string, number>
}

const SCARF_KINDS: Record<string, string> = {
  'pixel-fetch': 'view',
  'manifest-fetch': 'download',
  'binary-download': 'download',
}
const KINDS = ['view', 'download', 'telemetry', 'community', 'custom']
const TRUE = ['true', 't', 'yes', 'y', '1']

/** Nothing was observed before: such a time is a clock's zero, or a mistake. */
const EARLIEST = fromDate(new Date('1990-01-01T00:00:00Z'))

/** MODEL.md §1, row by row. `before` is T: a row at or after it does not exist, and is not even read. */
export function clean(rows: readonly SignalRow[], cleaning: Cleaning, before: number): Cleaned {
  const cleaned: Cleaned = { signals: [], read: 0, leftOut: {} }
  const seen = new Set<string>()
  for (const row of rows) {
    const time = parseTime(row.occurred_at ?? '')
    if (time !== null && time >= before) continue
    cleaned.read += 1
    const outcome = cleanRow(row, time, cleaning, seen)
    if (typeof outcome === 'string') cleaned.leftOut[outcome] = (cleaned.leftOut[outcome] ?? 0) + 1
    else cleaned.signals.push(outcome)
  }
  return cleaned
}

/** The signal, or the reason why the row is left out. Notes in `seen` that the row was there. */
function cleanRow(
  row: SignalRow,
  time: number | null,
  cleaning: Cleaning,
  seen: Set<string>,
): Signal | string {
  const id = row.id ?? ''
  if (time === null || time < EARLIEST || id === '') return 'bad_row'

  const sighting = JSON.stringify([row.format, id, dayOf(time)])
  if (seen.has(sighting)) return 'duplicate'
  seen.add(sighting)

  if (TRUE.includes((row.dnt ?? '').trim().toLowerCase())) return 'do_not_track'
  if (isBelow(row.confidence ?? '', cleaning.exclude.min_confidence)) return 'low_confidence'

  const named = (row.account_domain ?? '').trim() || emailHost(row.email ?? '')
  if (named === '') return 'no_company'
  const company = companyDomain(named)
  if (company === null) return 'not_a_company'
  const domain = foldAlias(company, cleaning)

  if (cleaning.exclude.connection_types.includes(row.connection_type ?? '')) return 'connection_type'
  const exclusion = excludedAs(domain, cleaning)
  if (exclusion !== null) return exclusion

  const kind = kindOf(row, cleaning)
  if (cleaning.exclude.bots && kind === 'view' && isbot(row.user_agent ?? '')) return 'bot'

  return {
    domain,
    time,
    kind,
    type: row.type ?? '',
    name: row.account_name ?? '',
    country: row.country ?? '',
    actor: row.actor_id || row.endpoint_id || '',
    artifact: row.artifact ?? '',
    version: row.version ?? '',
    url: row.url ?? '',
  }
}

/** A confidence that is missing, or no number, is not below. */
function isBelow(confidence: string, minimum: number): boolean {
  return confidence.trim() !== '' && Number(confidence) < minimum
}

function kindOf(row: SignalRow, cleaning: Cleaning): string {
  if (row.format === 'canonical') return KINDS.includes(row.kind ?? '') ? (row.kind ?? '') : 'custom'
  const type = row.type ?? ''
  return cleaning.types[type] ?? SCARF_KINDS[type] ?? 'custom'
}

export function foldAlias(domain: string, cleaning: Cleaning): string {
  for (const [account, folded] of Object.entries(cleaning.aliases)) {
    if (folded.some(alias => companyDomain(alias) === domain)) return companyDomain(account) ?? account
  }
  return domain
}

/** Why the config leaves an account out, as far as its domain alone tells; null where it does not. */
export function excludedAs(domain: string, cleaning: Cleaning): 'free_mail' | 'excluded' | null {
  if (cleaning.exclude.free_mail && cleaning.freeMail.includes(domain)) return 'free_mail'
  if (cleaning.exclude.domains.some(own => companyDomain(own) === domain)) return 'excluded'
  return null
}
