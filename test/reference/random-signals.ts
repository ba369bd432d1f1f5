import fc from 'fast-check'
import { DAY, parseTime } from './calendar.ts'
import {
  ARTIFACTS,
  BAD_TIMES,
  COMMUNITY_TYPES,
  CONFIDENCES,
  CONNECTION_TYPES,
  COUNTRIES,
  DO_NOT_TRACK,
  EMAILS,
  MAY_TRACK,
  NAMES,
  ODD_DOMAINS,
  SCARF_TYPES,
  SOURCES_OF_SIGNALS,
  SPELLINGS,
  URLS,
  USER_AGENTS,
  VERSIONS,
} from './nasty-values.ts'
import { timeAround, writtenTime } from './random-times.ts'
import type { SignalRow } from './signal-row.ts'

/** A row without its missing values: absent and `''` mean the same, both occur. */
type Values = Omit<SignalRow, 'format'>

/** Mostly one of the values, now and then an empty text. Absent values come from `requiredKeys` below. */
const someOf = (values: readonly string[], emptyWeight = 1): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...values) },
    { weight: emptyWeight, arbitrary: fc.constant('') },
  )

const KINDS = ['view', 'view', 'download', 'download', 'telemetry', 'community', 'custom', 'unheard-of']

/** Ids that are unique, and now and then one of a few that rows share. */
const ID = fc.oneof(
  { weight: 40, arbitrary: fc.uuid() },
  { weight: 4, arbitrary: fc.constantFrom('1', '2', 'É', 'same') },
  { weight: 1, arbitrary: fc.constant('') },
)

function time(asOf: Date): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 40, arbitrary: timeAround(asOf).chain(writtenTime) },
    { weight: 1, arbitrary: fc.constantFrom('', ...BAD_TIMES) },
  )
}

/** What both formats carry. Most rows are accepted: the reasons to leave one out are rare each. */
const sharedValues = (asOf: Date, domains: readonly string[]) => ({
  id: ID,
  occurred_at: time(asOf),
  account_domain: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...domains) },
    { weight: 3, arbitrary: fc.constantFrom(...ODD_DOMAINS) },
    { weight: 3, arbitrary: fc.constant('') },
  ),
  account_name: someOf(NAMES, 2),
  actor_id: someOf(SOURCES_OF_SIGNALS, 2),
  endpoint_id: someOf(SOURCES_OF_SIGNALS, 2),
  artifact: someOf(ARTIFACTS),
  version: someOf(VERSIONS),
  url: someOf(URLS),
  user_agent: someOf(USER_AGENTS),
  country: someOf(COUNTRIES),
  connection_type: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...CONNECTION_TYPES) },
    { weight: 9, arbitrary: fc.constantFrom('business', '') },
  ),
  confidence: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...CONFIDENCES) },
    { weight: 4, arbitrary: fc.constantFrom('0.9', '1', '') },
  ),
  dnt: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...DO_NOT_TRACK) },
    { weight: 15, arbitrary: fc.constantFrom('', ...MAY_TRACK) },
  ),
})

const scarfRow = (asOf: Date, domains: readonly string[]): fc.Arbitrary<SignalRow> =>
  fc
    .record(
      { ...sharedValues(asOf, domains), type: someOf(SCARF_TYPES) },
      { requiredKeys: ['id', 'occurred_at', 'account_domain', 'type'] },
    )
    .map((values: Values): SignalRow => ({ format: 'scarf_events', ...values }))

const canonicalRow = (asOf: Date, domains: readonly string[]): fc.Arbitrary<SignalRow> =>
  fc
    .record(
      {
        ...sharedValues(asOf, domains),
        kind: someOf(KINDS),
        type: someOf([...COMMUNITY_TYPES, ...SCARF_TYPES]),
        email: someOf(EMAILS, 4),
      },
      { requiredKeys: ['id', 'occurred_at', 'account_domain', 'kind'] },
    )
    .map((values: Values): SignalRow => ({ format: 'canonical', ...values }))

/** One row of either format. `domains` are the spellings that most rows carry. */
const signalRow = (asOf: Date, domains: readonly string[]): fc.Arbitrary<SignalRow> =>
  fc.oneof(
    { weight: 3, arbitrary: scarfRow(asOf, domains) },
    { weight: 4, arbitrary: canonicalRow(asOf, domains) },
  )

/** How a row comes a second time: all of it, with other content, on another day, in the other format. */
const ECHOES = ['whole', 'other_content', 'other_day', 'other_format'] as const

function echoOf(row: SignalRow, how: (typeof ECHOES)[number]): SignalRow {
  switch (how) {
    case 'whole':
      return { ...row }
    case 'other_content':
      return { ...row, account_domain: 'plain.com', account_name: 'Echo', artifact: 'echo', dnt: 'false' }
    case 'other_day': {
      const time = parseTime(row.occurred_at ?? '')
      return time === null ? { ...row } : { ...row, occurred_at: new Date((time - DAY) / 1000).toISOString() }
    }
    case 'other_format':
      return inOtherFormat(row)
  }
}

function inOtherFormat(row: SignalRow): SignalRow {
  const { kind: _, email: __, ...both } = row
  return row.format === 'canonical'
    ? { ...both, format: 'scarf_events', type: 'manifest-fetch' }
    : { ...both, format: 'canonical', kind: 'download' }
}

/**
 * A small set of rows, in the order of their source, most of them of one account, so that caps, weeks and ties come
 * into play. Some rows come again.
 */
export function signalRows(asOf: Date, maxLength = 120): fc.Arbitrary<SignalRow[]> {
  return fc.constantFrom(...SPELLINGS).chain(domains =>
    fc
      .tuple(
        fc.array(signalRow(asOf, domains), { minLength: 1, maxLength, size: 'max' }),
        fc.array(fc.record({ of: fc.nat(), how: fc.constantFrom(...ECHOES), at: fc.nat() }), {
          maxLength: 10,
        }),
      )
      .map(([rows, echoes]) => {
        const all = [...rows]
        for (const { of, how, at } of echoes) {
          const row = rows[of % rows.length]
          if (row !== undefined) all.splice(at % (all.length + 1), 0, echoOf(row, how))
        }
        return all
      }),
  )
}

const MILLION = 1_000_000

/** The same rows for the same seed, of many accounts: a few large, most small. For one run over much. */
export function manySignals(options: {
  seed: number
  rows: number
  accounts: number
  asOf: Date
}): SignalRow[] {
  const { seed, rows, accounts, asOf } = options
  // Unbiased: fast-check's liking for the ends of a range would leave a handful of accounts.
  const account = fc
    .noBias(fc.integer({ min: 0, max: MILLION - 1 }))
    .map(drawn => `account-${Math.floor((drawn / MILLION) ** 3 * accounts)}.com`)
  const ofAccount = fc
    .tuple(signalRow(asOf, SPELLINGS.flat()), account, fc.integer({ min: 0, max: 9 }))
    .map(([row, domain, tenth]): SignalRow => (tenth === 0 ? row : { ...row, account_domain: domain }))
  return fc.sample(ofAccount, { seed, numRuns: rows })
}
