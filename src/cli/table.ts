import Table from 'cli-table3'
import type { Terminal } from './terminal.ts'
import { cut, oneLine } from './words.ts'

export interface Column {
  head: string
  align?: 'right'
  /** Takes what the others leave of the line, and is cut to it. At most one column. */
  fills?: true
}

/** Narrower, a text says nothing. */
const LEAST_FILL = 24
const GAP = 2

/** Rows in aligned columns, without lines around them. Texts may come from anywhere: what would drive the terminal is taken out. */
export function table(
  { colors, columns: width }: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const lines = rows.map(row => row.map(oneLine))
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...lines.map(row => [...(row[index] ?? '')].length)),
  )
  const fixed = columns.reduce((sum, { fills }, index) => sum + GAP + (fills ? 0 : (widths[index] ?? 0)), 0)
  const rest = Math.max(width - fixed, LEAST_FILL)
  const drawn = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    head: columns.map(({ head }) => colors.dim(head)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  drawn.push(...lines.map(row => row.map((cell, index) => (columns[index]?.fills ? cut(cell, rest) : cell))))
  return `${drawn
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')}\n`
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}
