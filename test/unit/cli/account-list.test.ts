import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { writeAccounts } from '../../../src/cli/account-list.ts'
import { FACT_NAMES, type FactName } from '../../../src/domain/facts.ts'
import type { AccountJson } from '../../../src/run/accounts/account-json.ts'
import { pretendTerminal } from './pretend-terminal.ts'

const facts = Object.fromEntries(FACT_NAMES.map(name => [name, 0])) as Record<FactName, number>

function account(changes: Partial<AccountJson> = {}): AccountJson {
  return {
    domain: 'acme.com',
    name: 'Acme',
    score: 12.5,
    points: 12.5,
    stage: 'interest',
    calledStage: 'interest',
    direction: null,
    stageSince: '2025-06-01T00:00:00Z',
    risk: null,
    reason: 'Interest: one view',
    trend: 'new',
    firstSeen: '2025-06-01T00:00:00Z',
    lastSeen: '2025-06-01T10:00:00Z',
    facts: {
      ...facts,
      signals_wow: -0.5,
      first_seen: '2025-06-01T00:00:00Z',
      last_seen: '2025-06-01T10:00:00Z',
      top_artifacts: ['a', 'b'],
    },
    ...changes,
  }
}

async function written(format: 'csv' | 'markdown' | 'table', ...accounts: AccountJson[]): Promise<string> {
  const { terminal, stdout } = pretendTerminal()
  async function* all() {
    yield* accounts
  }
  await writeAccounts(terminal, format, all())
  return stdout()
}

async function csvOf(...accounts: AccountJson[]): Promise<Record<string, string>[]> {
  return parse(await written('csv', ...accounts), { columns: true })
}

describe('csv', () => {
  test('has every fact in a column, numbers as they are', async () => {
    const [row] = await csvOf(account())
    expect(row).toMatchObject({
      domain: 'acme.com',
      score: '12.5',
      signals_wow: '-0.5',
      risk: '',
      top_artifacts: 'a, b',
    })
    for (const name of FACT_NAMES) expect(row).toHaveProperty(name)
  })

  test.each([
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil")',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '\u200B=1',
    '＝1',
  ])('keeps %j from being run as a formula', async name => {
    const [row] = await csvOf(account({ name }))
    expect(row?.name).toBe(`'${name}`)
  })

  test('keeps quotes, commas and line breaks', async () => {
    const name = 'Sons, "NV"\nand more'
    const [row] = await csvOf(account({ name }))
    expect(row?.name).toBe(name)
  })
})

test('markdown: a name can neither break the table nor be HTML or a link', async () => {
  const text = await written('markdown', account({ name: 'a|b <script> [x](y)\n*z*' }))
  const [head, line, row, ...rest] = text.trimEnd().split('\n')
  expect(head).toMatch(/^\| account \|/)
  expect(line).toMatch(/^\| --- \|/)
  expect(row).toContain('a\\|b &lt;script> \\[x\\](y) \\*z\\*')
  expect(rest).toEqual([])
})

test('table: what would drive the terminal is taken out, and lines fit', async () => {
  const text = await written(
    'table',
    account({ name: 'Evil\u001B[2J\u202EInc', reason: 'because '.repeat(40) }),
  )
  expect(text).not.toContain('\u001B')
  expect(text).not.toContain('\u202E')
  expect(text).toContain('Evil [2J Inc')
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})
