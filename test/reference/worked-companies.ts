import type { SignalRow } from './signal-row.ts'

/** Monday: day 0 of MODEL.md §7. */
const DAY_ZERO = Date.UTC(2025, 5, 2)
const DAY_MS = 24 * 60 * 60 * 1000

/** 00:00 of day 7 × N: when the step wN is taken. */
export const stepTime = (week: number): Date => new Date(DAY_ZERO + 7 * week * DAY_MS)

type Act = Omit<SignalRow, 'format' | 'id' | 'occurred_at' | 'account_domain'>

/** One company of the table: its acts, and every move that the table tells of. */
export interface WorkedCompany {
  domain: string
  rows: SignalRow[]
  /** Step → stage and points there; the table tells no points of inactive steps. */
  stages: [week: number, stage: string, points: number | null][]
  /** Step → risk from there on. */
  risks: [week: number, risk: string | null][]
  /** The most points at any step, where the table tells. */
  mostPoints?: number
}

const stableRelease: Act = { kind: 'download', artifact: 'server', version: '1.2.3' }
const telemetry: Act = { kind: 'telemetry', artifact: 'server', version: '1.2.3' }
const enterprise: Act = { kind: 'download', artifact: 'server-enterprise', version: '1.2.3' }
const docs: Act = { kind: 'view', url: 'https://docs.example.org/guide/' }
const pricing: Act = { kind: 'view', url: 'https://example.org/pricing' }
const blog: Act = { kind: 'view', url: 'https://example.org/blog/a-post' }

/** `first`, `first + step` … up to and with `last`. */
function days(first: number, last: number, step = 1): number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)
}
const weekdays = (last: number): number[] => days(0, last).filter(day => day % 7 < 5)

function acts(domain: string, act: Act, onDays: readonly number[], aDay = 1): SignalRow[] {
  return onDays.flatMap(day =>
    Array.from({ length: aDay }, (_, index) => ({
      format: 'canonical' as const,
      id: `${domain}/${act.kind}/${act.artifact ?? act.url}/${day}/${index}`,
      occurred_at: new Date(DAY_ZERO + day * DAY_MS + 10 * 60 * 60 * 1000).toISOString(),
      account_domain: domain,
      ...act,
    })),
  )
}

/** The table of MODEL.md §7, row by row. */
export const WORKED_COMPANIES: WorkedCompany[] = [
  {
    domain: 'burst-of-latest.com',
    rows: acts('burst-of-latest.com', { ...stableRelease, version: 'latest' }, [2], 40),
    stages: [
      [1, 'investigation', 6],
      [9, 'inactive', null],
    ],
    risks: [],
  },
  {
    domain: 'release-each-month.com',
    rows: acts('release-each-month.com', stableRelease, days(2, 2 + 11 * 30, 30)),
    stages: [
      [1, 'investigation', 5],
      [9, 'experimentation', 15],
      [53, 'investigation', 10],
      [57, 'inactive', null],
    ],
    risks: [],
  },
  {
    domain: 'release-each-week.com',
    rows: acts('release-each-week.com', stableRelease, days(2, 2 + 51 * 7, 7)),
    stages: [
      [1, 'investigation', 5],
      [8, 'experimentation', 40],
      [10, 'ongoing_usage', 50],
      [57, 'investigation', 40],
      [60, 'inactive', null],
    ],
    risks: [
      [54, 'high'],
      [60, null],
    ],
  },
  {
    domain: 'half-a-year-of-telemetry.com',
    rows: acts('half-a-year-of-telemetry.com', telemetry, days(0, 181)),
    stages: [
      [1, 'investigation', 35],
      [2, 'experimentation', 50],
      [5, 'ongoing_usage', 80],
      [35, 'inactive', null],
    ],
    risks: [
      [28, 'medium'],
      [29, 'high'],
      [35, null],
    ],
  },
  {
    domain: 'a-year-of-enterprise.com',
    rows: acts('a-year-of-enterprise.com', enterprise, days(0, 364)),
    stages: [
      [1, 'experimentation', 56],
      [4, 'ongoing_usage', 80],
      [61, 'inactive', null],
    ],
    risks: [
      [54, 'medium'],
      [55, 'high'],
      [61, null],
    ],
    mostPoints: 240,
  },
  {
    domain: 'blog-reader.com',
    rows: acts('blog-reader.com', blog, days(2, 2 + 51 * 7, 7)),
    stages: [
      [1, 'interest', 0.25],
      [60, 'inactive', null],
    ],
    risks: [],
    mostPoints: 3.25,
  },
  {
    domain: 'pricing-reader.com',
    rows: acts('pricing-reader.com', pricing, [2], 5),
    stages: [
      [1, 'investigation', 5],
      [9, 'inactive', null],
    ],
    risks: [],
  },
  {
    domain: 'docs-reader.com',
    rows: acts('docs-reader.com', docs, weekdays(364), 6),
    stages: [
      [1, 'investigation', 15],
      [61, 'inactive', null],
    ],
    risks: [],
    mostPoints: 60,
  },
  {
    domain: 'docs-and-two-releases.com',
    rows: [
      ...acts('docs-and-two-releases.com', docs, weekdays(20), 6),
      ...acts('docs-and-two-releases.com', stableRelease, [9, 15]),
    ],
    stages: [
      [1, 'investigation', 15],
      [3, 'experimentation', 30],
      [7, 'investigation', 30],
      [12, 'inactive', null],
    ],
    risks: [],
  },
  {
    domain: 'gone-and-back.com',
    rows: [
      ...acts('gone-and-back.com', stableRelease, days(0, 119)),
      ...acts('gone-and-back.com', blog, [330]),
    ],
    stages: [
      [1, 'investigation', 35],
      [2, 'experimentation', 50],
      [5, 'ongoing_usage', 80],
      [26, 'inactive', null],
      [48, 'interest', 0.25],
      [56, 'inactive', null],
    ],
    risks: [
      [19, 'medium'],
      [20, 'high'],
      [26, null],
    ],
  },
]
