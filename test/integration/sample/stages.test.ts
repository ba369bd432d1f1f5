import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { STAGES } from '../../../src/domain/stage.ts'
import { SAMPLE_DEFAULTS, writeSample } from '../../../src/sample/write-sample.ts'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { PLAIN_CLEANING } from '../../reference/plain-cleaning.ts'
import { type Reference, reference } from '../../reference/reference.ts'
import { readRows, signalRow } from '../../unit/sample/read-sample.ts'

const DAY_MS = 86_400_000
const UNTIL = new Date('2026-11-24T00:00:00Z')
const CLEANING = {
  ...PLAIN_CLEANING,
  types: { ping: 'telemetry' },
  freeMail: ['gmail.com', 'gmx.de', 'hotmail.com'],
}

const scratch = mkdtempSync(join(tmpdir(), 'oql-sample-stages-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** The default model's answer for the sample, day by day over the last days. */
const steps: Reference[] = []
beforeAll(async () => {
  await writeSample({ ...SAMPLE_DEFAULTS, directory: scratch, until: UNTIL, format: 'csv' })
  const rows = readRows(scratch).map(signalRow)
  for (let ago = 4; ago >= 0; ago -= 1) {
    const asOf = new Date(UNTIL.getTime() - ago * DAY_MS)
    const remembered = steps.at(-1)?.accounts ?? []
    steps.push(reference(rows, { model: DEFAULT_MODEL, cleaning: CLEANING, asOf, remembered }))
  }
})

it('shows every stage, risk and trend under the default model', () => {
  const accounts = steps.at(-1)?.accounts ?? []
  expect(accounts).toHaveLength(300)
  const byStage = Map.groupBy(accounts, account => account.stage)
  for (const stage of STAGES) expect(byStage.get(stage)?.length ?? 0, stage).toBeGreaterThan(10)
  expect(new Set(accounts.map(account => account.risk))).toEqual(new Set([null, 'medium', 'high']))
  expect(new Set(accounts.map(account => account.trend))).toEqual(
    new Set([null, 'new', 'rising', 'steady', 'falling']),
  )
})

it('has companies that change their stage in the last days, in every direction', () => {
  const lastDays = steps.slice(-4).flatMap(step => step.accounts)
  const moved = lastDays.filter(account => account.direction !== null)
  expect(new Set(moved.map(account => account.direction))).toEqual(new Set(['first', 'up', 'down', 'back']))
  expect(moved.some(({ direction, stage }) => direction === 'up' && stage === 'ongoing_usage')).toBe(true)
  expect(moved.some(({ direction, stage }) => direction === 'down' && stage === 'inactive')).toBe(true)
  expect(moved.length).toBeLessThan(60)
})

it('gives cleaning something to leave out for each reason that an export can have', () => {
  expect(Object.keys(steps.at(-1)?.signals.leftOut ?? {}).sort()).toEqual([
    'bot',
    'connection_type',
    'do_not_track',
    'duplicate',
    'free_mail',
    'no_company',
    'not_a_company',
  ])
})
