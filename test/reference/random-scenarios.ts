import fc from 'fast-check'
import type { Cleaning } from './clean.ts'
import { signalRows } from './random-signals.ts'
import { AS_OF } from './random-times.ts'
import type { SignalRow } from './signal-row.ts'
import type { RememberedAccount } from './step.ts'

/** All that one step reads, beside the model. */
export interface Scenario {
  rows: SignalRow[]
  cleaning: Cleaning
  asOf: Date
  remembered: RememberedAccount[]
}

/** @param freeMail the shipped free-mail list, or a list with `gmail.com` and `yahoo.co.uk` */
export function scenarios(freeMail: readonly string[]): fc.Arbitrary<Scenario> {
  return AS_OF.chain(asOf =>
    fc.record({
      rows: signalRows(asOf),
      cleaning: cleanings(freeMail),
      asOf: fc.constant(asOf),
      remembered: rememberedAccounts(asOf),
    }),
  )
}

function cleanings(freeMail: readonly string[]): fc.Arbitrary<Cleaning> {
  return fc.record({
    aliases: fc.constantFrom<Record<string, string[]>>(
      {},
      { 'acme.com': ['acme.io', 'acme.dev'] },
      // Folding comes before exclusion: mail of these is Acme's, and a domain of ours is left out.
      { 'acme.com': ['yahoo.co.uk'], 'mycompany.com': ['mycompany.dev'] },
    ),
    exclude: fc.record({
      domains: fc.constantFrom<string[]>([], ['mycompany.com'], ['mycompany.com', 'acme.co.uk']),
      free_mail: fc.constantFrom(true, true, false),
      connection_types: fc.constantFrom<string[]>(['isp', 'hosting'], []),
      min_confidence: fc.constantFrom(0, 0.5),
      bots: fc.constantFrom(true, true, false),
    }),
    types: fc.constantFrom<Record<string, string>>(
      {},
      { ping: 'telemetry' },
      { 'something-new': 'community', ping: 'view' },
    ),
    freeMail: fc.constant(freeMail),
  })
}

const DAY_MS = 24 * 60 * 60 * 1000

/** What steps before T may have left of some accounts, with and without signals now. */
function rememberedAccounts(asOf: Date): fc.Arbitrary<RememberedAccount[]> {
  const before = (ms: number): Date => new Date(asOf.getTime() - ms)
  // Around the week after which a lower stage is taken, to the millisecond.
  const lower = fc.constantFrom(
    null,
    before(DAY_MS),
    before(7 * DAY_MS - 1),
    before(7 * DAY_MS),
    before(8 * DAY_MS),
  )
  const account = fc
    .record({
      domain: fc
        .constantFrom('acme.com', 'acme.io', 'acme.co.uk', 'münchen.de', 'foo.github.io', 'plain.com')
        .map(domain => (domain === 'münchen.de' ? 'xn--mnchen-3ya.de' : domain)),
      name: fc.constantFrom(null, 'Remembered Inc.'),
      country: fc.constantFrom(null, 'FR'),
      lastSeenDays: fc.constantFrom(1, 29, 30, 31, 59, 60, 61, 200),
      seenForDays: fc.constantFrom(0, 1, 30, 400),
      stage: fc.constantFrom('interest', 'investigation', 'experimentation', 'ongoing_usage', 'inactive'),
      lowerSince: lower,
      risk: fc.constantFrom(null, 'medium', 'high'),
      riskLowerSince: lower,
      previousStage: fc.constantFrom(null, 'interest', 'inactive'),
    })
    .map(({ lastSeenDays, seenForDays, ...known }): RememberedAccount => {
      const isInactive = known.stage === 'inactive'
      return {
        ...known,
        firstSeen: before((lastSeenDays + seenForDays) * DAY_MS),
        lastSeen: before(lastSeenDays * DAY_MS),
        stageSince: before(20 * DAY_MS),
        stageDirection: known.previousStage === null ? 'first' : 'up',
        // A state that steps can leave: nothing lies below an inactive account, nor below no risk.
        lowerSince: isInactive || known.stage === 'interest' ? null : known.lowerSince,
        risk: isInactive ? null : known.risk,
        riskLowerSince: isInactive || known.risk === null ? null : known.riskLowerSince,
        // A stage is never reached from itself.
        previousStage: known.previousStage === known.stage ? 'investigation' : known.previousStage,
      }
    })
  return fc.uniqueArray(account, { maxLength: 4, selector: ({ domain }) => domain })
}
