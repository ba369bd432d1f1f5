import type { Model } from '../config/model.ts'
import type { SignalClass } from '../domain/signal.ts'
import type { Row } from '../store/duckdb.ts'
import { CLASS_COLUMNS, classPoints } from './importance.ts'
import { MONTHS_CAPPED } from './measure.ts'
import { roundedPoints } from './measured.ts'

/** `custom` is no class and earns nothing, but its signals count as signals. */
export type LedgerClass = SignalClass | 'custom'

/** What the signals of one class earned in one month. Points in micropoints, whole: every sum is exact. */
export interface LedgerMonth {
  class: LedgerClass
  /** `YYYY-MM`; at the window's edge only the part inside. */
  month: string
  signals: number
  /** Signals × the points of one. */
  earned: number
  lostToDay: number
  lostToMonth: number
  /** `earned − lostToDay − lostToMonth` */
  counted: number
}

/** The months of one class together, in micropoints. */
export interface LedgerClassTotal extends Omit<LedgerMonth, 'month'> {
  /** What three months' caps leave of `counted`. */
  lostToWindow: number
  /** `counted − lostToWindow` */
  points: number
}

/** Where an account's points come from, and which caps took how many away (MODEL.md §2). */
export interface Ledger {
  months: readonly LedgerMonth[]
  classes: readonly LedgerClassTotal[]
  /** Of all classes, in micropoints. */
  micropoints: number
  /** The same rounded to 2 places: the account's points. */
  points: number
}

const DAY_MS = 86_400_000

/** @param days the account's rollup rows, of the model's window at least, a row a day */
export function ledgerOf(days: readonly Row[], model: Model, asOf: Date): Ledger {
  const from = startOfWindow(model, asOf)
  const counted = days
    .map(row => ({ day: dayOf(row), row }))
    .filter(({ day }) => day >= from)
    .sort((a, b) => (a.day < b.day ? -1 : 1))
  const byMonth = Map.groupBy(counted, ({ day }) => day.slice(0, 'YYYY-MM'.length))
  const accounts = earners(model).map(earner => {
    const months = [...byMonth].flatMap(([month, rows]) =>
      monthOf(
        earner,
        month,
        rows.map(({ row }) => row),
      ),
    )
    return { months, total: totalOf(earner, months) }
  })
  const classes = accounts.flatMap(({ total }) => (total.signals === 0 ? [] : [total]))
  const micropoints = sum(classes, ({ points }) => points)
  return {
    months: accounts.flatMap(({ months }) => months),
    classes,
    micropoints,
    points: roundedPoints(micropoints),
  }
}

/** The first day that counts. */
export function startOfWindow({ windowDays }: Pick<Model, 'windowDays'>, asOf: Date): string {
  const today = Math.floor(asOf.getTime() / DAY_MS) * DAY_MS
  return new Date(today - windowDays * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** A column of the rollup with its points and caps in micropoints. */
interface Earner {
  class: LedgerClass
  column: string
  points: number
  perDay: number
  perMonth: number
}

function earners(model: Model): Earner[] {
  const rules = new Map(classPoints(model).map(rule => [rule.column, rule]))
  const nothing = { points: 0, perDay: 0, perMonth: 0 }
  return [
    ...CLASS_COLUMNS.map(({ name, column }) => ({
      class: name,
      ...(rules.get(column) ?? { column, ...nothing }),
    })),
    { class: 'custom' as const, column: 'custom', ...nothing },
  ]
}

/** Nothing for a month without a signal of the class. */
function monthOf(earner: Earner, month: string, rows: readonly Row[]): LedgerMonth[] {
  const days = rows.map(row => countOf(row, earner.column))
  const signals = sum(days, count => count)
  if (signals === 0) return []
  const lostToDay = sum(days, count => Math.max(0, count * earner.points - earner.perDay))
  const earned = signals * earner.points
  const lostToMonth = Math.max(0, earned - lostToDay - earner.perMonth)
  const counted = earned - lostToDay - lostToMonth
  return [{ class: earner.class, month, signals, earned, lostToDay, lostToMonth, counted }]
}

function totalOf(earner: Earner, months: readonly LedgerMonth[]): LedgerClassTotal {
  const counted = sum(months, month => month.counted)
  const lostToWindow = Math.max(0, counted - MONTHS_CAPPED * earner.perMonth)
  return {
    class: earner.class,
    signals: sum(months, month => month.signals),
    earned: sum(months, month => month.earned),
    lostToDay: sum(months, month => month.lostToDay),
    lostToMonth: sum(months, month => month.lostToMonth),
    counted,
    lostToWindow,
    points: counted - lostToWindow,
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

function dayOf({ day }: Row): string {
  if (day instanceof Date) return day.toISOString().slice(0, 'YYYY-MM-DD'.length)
  throw new Error(`a rollup row's day is ${String(day)}, no date`)
}

function countOf(row: Row, column: string): number {
  const count = row[column]
  if (typeof count === 'number') return count
  throw new Error(`a rollup row's ${column} is ${String(count)}, no count`)
}
