import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import type { Model } from '../../../src/config/model.ts'
import { type Explanation, explanationOf } from '../../../src/scoring/explain.ts'
import { MICROPOINTS } from '../../../src/scoring/importance.ts'
import type { Ledger } from '../../../src/scoring/ledger.ts'
import { openScoring } from '../../../src/scoring/score.ts'
import { stepAccount } from '../../../src/scoring/step-account.ts'
import { signalRows } from '../../reference/random-signals.ts'
import { AS_OF } from '../../reference/random-times.ts'
import type { SignalRow } from '../../reference/signal-row.ts'
import { writeSources } from './score-rows.ts'

const SETS_OF_SIGNALS = 25

/** The shipped model, and one whose caps bite on small sets, with odd points and a longer window. */
async function models(): Promise<[Model, Model]> {
  const shipped = await loadModel(shippedFile('config/model.yaml'), {})
  const tight = Object.entries(shipped.classes).map(([name, { points }]) => [
    name,
    { points: points + 0.000123, perDay: points * 1.5, perMonth: points * 2 },
  ])
  return [
    shipped,
    { ...shipped, windowDays: 120, classes: { ...shipped.classes, ...Object.fromEntries(tight) } },
  ]
}

test('the ledger of any account adds up to its points, and the conditions name its stage', async () => {
  const [shipped, tight] = await models()
  const scenario = AS_OF.chain(asOf =>
    fc.record({
      asOf: fc.constant(asOf),
      rows: signalRows(asOf),
      model: fc.constantFrom(shipped, tight),
    }),
  )
  const seen = { lostToDay: 0, lostToMonth: 0, lostToWindow: 0, accounts: 0 }
  await fc.assert(
    fc.asyncProperty(scenario, async ({ asOf, rows, model }) => {
      for (const explanation of await explained(rows, model, asOf)) {
        addsUp(explanation)
        namesTheStage(explanation)
        seen.accounts++
        for (const total of explanation.ledger.classes) {
          seen.lostToDay += total.lostToDay
          seen.lostToMonth += total.lostToMonth
          seen.lostToWindow += total.lostToWindow
        }
      }
    }),
    { numRuns: SETS_OF_SIGNALS },
  )
  // Else it was shown of accounts without a cap to explain.
  expect(Object.entries(seen).filter(([, sum]) => sum === 0)).toEqual([])
})

async function explained(rows: readonly SignalRow[], model: Model, asOf: Date): Promise<Explanation[]> {
  const directory = await mkdtemp(join(tmpdir(), 'oql-explain-'))
  const scoring = await openScoring({
    sources: await writeSources(directory, rows, { ping: 'telemetry' }),
    cleaning: {
      domains: { aliases: { 'acme.com': ['acme.io'] }, excluded: [], freeMail: true },
      connectionTypes: ['isp', 'hosting'],
      minConfidence: 0,
      bots: true,
    },
    maxBadRows: 1e9,
    memoryLimitBytes: 2 ** 30,
    dataDirectory: join(directory, 'data'),
    model,
    asOf,
    progress: () => {},
  })
  try {
    const all = await Array.fromAsync(scoring.measured())
    const explanations: Explanation[] = []
    for (const now of all) {
      // Alone it measures as it does among the others: that is what `explain` shows.
      expect(await scoring.measuredOf(now.domain)).toEqual(now)
      const account = stepAccount(now, undefined, model, asOf)
      explanations.push(explanationOf(account, await scoring.daysOf(account.domain), model, asOf))
    }
    return explanations
  } finally {
    await scoring.close()
    await rm(directory, { recursive: true, force: true })
  }
}

function addsUp({ account, ledger }: Explanation): void {
  for (const month of ledger.months) {
    expect(month.earned - month.lostToDay - month.lostToMonth).toBe(month.counted)
  }
  for (const total of ledger.classes) {
    const months = ledger.months.filter(month => month.class === total.class)
    for (const key of ['signals', 'earned', 'lostToDay', 'lostToMonth', 'counted'] as const) {
      expect(months.reduce((sum, month) => sum + month[key], 0)).toBe(total[key])
    }
    expect(total.counted - total.lostToWindow).toBe(total.points)
  }
  expect(ledger.classes.reduce((sum, { points }) => sum + points, 0)).toBe(ledger.micropoints)
  expect(Math.abs(ledger.micropoints - ledger.points * MICROPOINTS)).toBeLessThanOrEqual(MICROPOINTS / 200)
  expect(nothingIsNegative(ledger)).toBe(true)
  expect(ledger.points).toBe(account.points)
}

const nothingIsNegative = ({ months, classes }: Ledger): boolean =>
  [...months, ...classes].every(entry =>
    Object.values(entry).every(value => typeof value === 'string' || value >= 0),
  )

function namesTheStage({ account, stages }: Explanation): void {
  expect(stages.find(({ holds }) => holds)?.stage).toBe(account.calledStage)
}
