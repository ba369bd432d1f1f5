import type { Model } from '../config/model.ts'
import { MICROPOINTS } from '../scoring/importance.ts'
import { type Ledger, type LedgerClassTotal, type LedgerMonth, startOfWindow } from '../scoring/ledger.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { count } from './words.ts'

const COLUMNS: readonly Column[] = [
  { head: 'class' },
  { head: 'month' },
  { head: 'signals', align: 'right' },
  { head: 'earned', align: 'right' },
  { head: 'day cap', align: 'right' },
  { head: 'month cap', align: 'right' },
  { head: '3 months cap', align: 'right' },
  { head: 'counted', align: 'right' },
]

/** Each row reads from left to right: earned, less what the caps took away, is counted; each column adds up. */
export function ledgerLines(ledger: Ledger, model: Model, asOf: Date, terminal: Terminal): string[] {
  const window = `Signals of the last ${model.windowDays} days, since ${startOfWindow(model, asOf)}`
  if (ledger.classes.length === 0) return [`${window}: none.`]
  const rows = [
    ...ledger.classes.flatMap(total => classRows(total, ledger)),
    totalRow(sumOf(ledger), 'all', ''),
  ]
  const drawn = table(terminal, COLUMNS, rows).trimEnd().split('\n')
  return [`${window}, and what the caps took away:`, '', ...drawn, ...roundingLines(ledger)]
}

/** The months, and, where there are several, what they are together: no window cap bites on one. */
function classRows(total: LedgerClassTotal, ledger: Ledger): string[][] {
  const months = ledger.months.filter(month => month.class === total.class).map(monthRow)
  return months.length === 1 ? months : [...months, totalRow(total, '', 'together')]
}

const monthRow = (month: LedgerMonth): string[] => [
  month.class,
  month.month,
  count(month.signals),
  points(month.earned),
  lost(month.lostToDay),
  lost(month.lostToMonth),
  '',
  points(month.counted),
]

const totalRow = (total: Omit<LedgerClassTotal, 'class'>, name: string, months: string): string[] => [
  name,
  months,
  count(total.signals),
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
