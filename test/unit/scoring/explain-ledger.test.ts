import { beforeAll, describe, expect, test } from 'vitest'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import type { Model } from '../../../src/config/model.ts'
import { CLASS_COLUMNS } from '../../../src/scoring/importance.ts'
import { ledgerOf } from '../../../src/scoring/ledger.ts'
import type { Row } from '../../../src/store/duckdb.ts'

const AS_OF = new Date('2025-07-01T00:00:00Z')
const POINT = 1_000_000

let model: Model
beforeAll(async () => {
  model = await loadModel(shippedFile('config/model.yaml'), {})
})

const day = (text: string, counts: Record<string, number>): Row => ({
  day: new Date(`${text}T00:00:00Z`),
  ...Object.fromEntries(CLASS_COLUMNS.map(({ column }) => [column, 0])),
  custom: 0,
  ...counts,
})

const june = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `2025-06-${String(from + index).padStart(2, '0')}`)

describe('the ledger', () => {
  test('a day over its cap loses the rest to the day, each day by itself', () => {
    const days = [day('2025-06-02', { download_medium: 5 }), day('2025-06-03', { download_medium: 1 })]
    expect(ledgerOf(days, model, AS_OF).months).toEqual([
      {
        class: 'download.medium',
        month: '2025-06',
        signals: 6,
        earned: 30 * POINT,
        lostToDay: 15 * POINT,
        lostToMonth: 0,
        counted: 15 * POINT,
      },
    ])
  })

  test('a month over its cap loses what the days left', () => {
    const days = june(1, 12).map(text => day(text, { telemetry_medium: 1 }))
    const [month] = ledgerOf(days, model, AS_OF).months
    expect(month).toMatchObject({ signals: 12, earned: 60 * POINT, lostToDay: 0, lostToMonth: 10 * POINT })
  })

  test('of four full months the window counts three', () => {
    const asOf = new Date('2025-06-30T00:00:00Z')
    const wide = { ...model, windowDays: 120 }
    const days = ['03', '04', '05', '06'].flatMap(month =>
      june(3, 17).map(text => day(text.replace('-06-', `-${month}-`), { download_high: 1 })),
    )
    const ledger = ledgerOf(days, wide, asOf)
    expect(ledger.months.map(({ month, counted }) => [month, counted])).toEqual([
      ['2025-03', 80 * POINT],
      ['2025-04', 80 * POINT],
      ['2025-05', 80 * POINT],
      ['2025-06', 80 * POINT],
    ])
    expect(ledger.classes).toMatchObject([
      { class: 'download.high', counted: 320 * POINT, lostToWindow: 80 * POINT, points: 240 * POINT },
    ])
    expect(ledger.points).toBe(240)
  })

  test('days before the window do not count', () => {
    const days = [day('2025-04-01', { view_high: 1 }), day('2025-04-02', { view_high: 2 })]
    expect(ledgerOf(days, model, AS_OF)).toMatchObject({ months: [{ signals: 2 }], points: 2 })
  })

  test('custom signals stand in the ledger and earn nothing', () => {
    const ledger = ledgerOf([day('2025-06-02', { custom: 3, view_low: 1 })], model, AS_OF)
    expect(ledger.classes.map(({ class: name, signals, points }) => [name, signals, points])).toEqual([
      ['view.low', 1, 0.25 * POINT],
      ['custom', 3, 0],
    ])
  })

  test('the total is rounded once, a half upwards, as the points of the account are', () => {
    const classes = {
      ...model.classes,
      'view.low': { points: 0.0025, perDay: 1, perMonth: 1 },
      'view.high': { points: 0.0025, perDay: 1, perMonth: 1 },
    }
    const ledger = ledgerOf([day('2025-06-02', { view_low: 1, view_high: 1 })], { ...model, classes }, AS_OF)
    expect(ledger).toMatchObject({ micropoints: 5_000, points: 0.01 })
  })

  test('a row that is none is a bug, and not a day without signals', () => {
    expect(() => ledgerOf([{ ...day('2025-06-02', {}), view_low: null }], model, AS_OF)).toThrow(/view_low/)
    expect(() => ledgerOf([{ ...day('2025-06-02', {}), day: null }], model, AS_OF)).toThrow(/no date/)
  })
})
