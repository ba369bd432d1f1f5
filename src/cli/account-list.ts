import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { FACT_NAMES } from '../domain/facts.ts'
import { STAGE_LABELS } from '../domain/stage.ts'
import type { AccountJson } from '../run/accounts/account-json.ts'
import { accountRow } from './account-columns.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { oneLine } from './words.ts'

export const FORMATS = ['table', 'csv', 'markdown'] as const
export type Format = (typeof FORMATS)[number]

/** Writes accounts in a format, as they come. */
export function writeAccounts(
  terminal: Terminal,
  format: Format,
  accounts: AsyncIterable<AccountJson>,
): Promise<void> {
  switch (format) {
    case 'csv':
      return writeCsv(terminal, accounts)
    case 'markdown':
      return writeMarkdown(terminal, accounts)
    case 'table':
      return writeTable(terminal, accounts)
  }
}

/** The stringifier looks at the first character alone; spreadsheets read past what is not seen. */
const HIDDEN_FORMULA = /^[\s\p{Cc}\p{Cf}]+[=+\-@＝＋－＠]/u

/** A text that a spreadsheet would run as a formula gets an apostrophe in front: names come from outside. */
async function writeCsv(terminal: Terminal, accounts: AsyncIterable<AccountJson>): Promise<void> {
  const csv = stringify({
    header: true,
    columns: [...CSV_COLUMNS],
    escape_formulas: true,
    cast: { string: text => (HIDDEN_FORMULA.test(text) ? `'${text}` : text) },
  })
  const write = new Writable({
    write: (chunk: Buffer, _encoding, done) => void terminal.data(chunk.toString()).then(() => done(), done),
  })
  await pipeline(Readable.from(rows(terminal, accounts)), csv, write)
}

const CSV_COLUMNS = [
  'domain',
  'name',
  'stage',
  'score',
  'points',
  'called_stage',
  'direction',
  'stage_since',
  'trend',
  'risk',
  'first_seen',
  'last_seen',
  'reason',
  'top_artifacts',
  ...FACT_NAMES,
]

async function* rows({ redactor }: Terminal, accounts: AsyncIterable<AccountJson>) {
  for await (const account of accounts) yield redactor.value(accountRow(account))
}

const HEADS = ['account', 'name', 'stage', 'score', 'trend', 'risk', 'last seen', 'reason'] as const

const cellsOf = (account: AccountJson): string[] => [
  account.domain,
  account.name ?? '',
  STAGE_LABELS[account.stage],
  account.score.toFixed(2),
  account.trend ?? '',
  account.risk ?? '',
  account.lastSeen.slice(0, 10),
  account.reason,
]

async function writeMarkdown(terminal: Terminal, accounts: AsyncIterable<AccountJson>): Promise<void> {
  await terminal.out(
    `| ${HEADS.join(' | ')} |\n| ${HEADS.map(head => (head === 'score' ? '---:' : '---')).join(' | ')} |\n`,
  )
  for await (const account of accounts) {
    await terminal.out(`| ${cellsOf(account).map(markdownCell).join(' | ')} |\n`)
  }
}

/** A table is pasted into spreadsheets too: see `writeCsv`. */
const withoutFormula = (text: string): string => (/^\s*[=+\-@]/.test(text) ? `'${text}` : text)

/** Text that stays text: what Markdown or the HTML in it would take for its own is escaped. */
const markdownCell = (text: string): string =>
  withoutFormula(oneLine(text))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')

/** People read a screen of them; the table is drawn whole, so it is bounded by `--top`. */
async function writeTable(terminal: Terminal, accounts: AsyncIterable<AccountJson>): Promise<void> {
  await terminal.out(accountTable(terminal, await Array.fromAsync(accounts)))
}

function accountTable(terminal: Terminal, accounts: readonly AccountJson[]): string {
  const columns = HEADS.map(head => ({
    head,
    ...(head === 'score' ? { align: 'right' as const } : {}),
    ...(head === 'reason' ? { fills: true as const } : {}),
  }))
  return table(terminal, columns, accounts.map(cellsOf))
}
