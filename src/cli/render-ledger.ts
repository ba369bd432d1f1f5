import Table from 'cli-table3'
import type { Model } from '../config/model.ts'
import { MICROPOINTS } from '../scoring/importance.ts'
import { type Ledger, type LedgerClassTotal, type LedgerMonth, startOfWindow } from '../scoring/ledger.ts'

const HEAD = ['class', 'month', 'signals', 'earned', 'day cap', 'month cap', 'window cap', 'counted']

/** Each row reads from left to right: earned, less what the caps took away, is counted; each column adds up. */
export function ledgerLines(ledger: Ledger, model: Model, asOf: Date): string[] {
  const window = `Signals of the last ${model.windowDays} days, since ${startOfWindow(model, asOf)}`
  if (ledger.classes.length === 0) return [`${window}: none.`]
  const table = new Table({
    head: HEAD,
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', ...HEAD.slice(2).map(() => 'right' as const)],
  })
  for (const total of ledger.classes) {
    const months = ledger.months.filter(month => month.class === total.class)
    table.push(...months.map(monthRow), totalRow(total, total.class, `${months.length} together`))
  }
  table.push(totalRow(sumOf(ledger), 'all', ''))
  return [
    `${window}, and what the caps took away:`,
    ...table.toString().split('\n'),
    ...roundingLines(ledger),
  ]
}

const monthRow = (month: LedgerMonth): string[] => [
  month.class,
  month.month,
  String(month.signals),
  points(month.earned),
  lost(month.lostToDay),
  lost(month.lostToMonth),
  '',
  points(month.counted),
]

const totalRow = (total: Omit<LedgerClassTotal, 'class'>, name: string, months: string): string[] => [
  name,
  months,
  String(total.signals),
  points(total.earned),
  lost(total.lostToDay),
  lost(total.lostToMonth),
  lost(total.lostToWindow),
  points(total.points),
]

function sumOf({ classes }: Ledger): Omit<LedgerClassTotal, 'class'> {
  const sum = (of: (total: LedgerClassTotal) => number): number =>
    classes.reduce((all, total) => all + of(total), 0)
  return {
    signals: sum(total => total.signals),
    earned: sum(total => total.earned),
    lostToDay: sum(total => total.lostToDay),
    lostToMonth: sum(total => total.lostToMonth),
    counted: sum(total => total.counted),
    lostToWindow: sum(total => total.lostToWindow),
    points: sum(total => total.points),
  }
}

const points = (micropoints: number): string => String(micropoints / MICROPOINTS)
const lost = (micropoints: number): string => (micropoints === 0 ? '' : `−${points(micropoints)}`)

function roundingLines({ micropoints, points: rounded }: Ledger): string[] {
  if (Math.round(rounded * MICROPOINTS) === micropoints) return []
  return [`${points(micropoints)} rounds to ${rounded}.`]
}
