import { gzipSync } from 'node:zlib'
import { describe, expect, it, test } from 'vitest'
import { inFolder } from '../scoring/score-rows.ts'
import { download, HEADER, put, scoreFiles, source } from './score-files.ts'

async function scored(name: string, content: string | Uint8Array) {
  return inFolder(async folder => {
    await put(folder, name, content)
    const { accounts, signals, badRows } = await scoreFiles(folder, [source(folder, name)])
    return {
      accounts: accounts.map(({ domain, name: called }) => `${domain} ${called}`),
      accepted: signals.accepted,
      bad: signals.leftOut.bad_row ?? 0,
      rows: badRows.map(({ line, why }) => `${line}: ${why}`),
    }
  })
}

/** Rows of acme.com on their own days, each ended by the next of these. */
const rowsEndedBy = (...ends: string[]): string =>
  ends.map((end, index) => download(String(index), index + 1).replace('\n', end)).join('')

const LF = HEADER
const CRLF = HEADER.replace('\n', '\r\n')
const CR = HEADER.replace('\n', '\r')
const [A, B, C] = ['\n', '\r\n', '\r']

describe('rows are told apart however their lines end', () => {
  const MIXED: readonly [what: string, text: string][] = [
    ['LF, then CRLF', LF + rowsEndedBy(A, B, A, B)],
    ['a header that ends with CRLF, then LF', CRLF + rowsEndedBy(A, A, A, A)],
    ['a header that ends with LF, then CRLF', LF + rowsEndedBy(B, B, B, B)],
    ['CRLF, then one LF', CRLF + rowsEndedBy(B, B, A, B)],
    ['CR alone', CR + rowsEndedBy(C, C, C, C)],
    ['CR and LF', LF + rowsEndedBy(C, A, C, A)],
    ['CR and CRLF', CRLF + rowsEndedBy(B, C, C, B)],
    ['all three, and blank lines', `${LF}\n\r\n${rowsEndedBy(A, `\n${B}`, C, A)}\r\n\n`],
    ['all three, without the last', `${LF}${rowsEndedBy(A, B, C, '')}`],
  ]
  it.each(MIXED)('%s', async (_, text) => {
    const expected = { accounts: ['acme.com Acme'], accepted: 4, bad: 0, rows: [] }
    expect(await scored('a.csv', text)).toEqual(expected)
    expect(await scored('a.csv', `\ufeff${text}`)).toEqual(expected)
    expect(await scored('a.csv.gz', gzipSync(text))).toEqual(expected)
  })

  it('in a long file, where the odd one stands far behind', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => download(String(index), 1 + (index % 5)))
    rows[25_000] = rows[25_000]?.replace('\n', '\r\n') ?? ''
    rows[28_000] = download('cr', 1, 'beta.io', 'Be\rta')
    const { accounts, accepted, bad } = await scored('a.csv', HEADER + rows.join(''))
    expect({ accounts, accepted, bad }).toEqual({
      accounts: ['acme.com Acme', 'beta.io Be\rta'],
      accepted: 30_000,
      bad: 0,
    })
  })

  it('in NDJSON', async () => {
    const line = (id: string) =>
      JSON.stringify({ id, occurred_at: '2025-06-01T10:00:00Z', kind: 'view', account_domain: 'acme.com' })
    const text = `${line('1')}\n${line('2')}\r\n${line('3')}\r${line('4')}\n{"id":"5\n`
    expect(await scored('a.ndjson', text)).toMatchObject({
      accepted: 4,
      bad: 1,
      rows: ['5: is no JSON object'],
    })
  })
})

describe('a carriage return that ends no line', () => {
  it('stays in its text, quoted or not', async () => {
    for (const name of ['Ac\rme', '"Ac\rme"', 'Acme\r', 'A"c\rme']) {
      const text = HEADER + download('1', 1, 'acme.com', name) + download('2', 2, 'beta.io')
      const expected = name === '"Ac\rme"' ? 'Ac\rme' : name
      expect(await scored('a.csv', text)).toMatchObject({
        accounts: [`acme.com ${expected}`, 'beta.io Acme'],
        accepted: 2,
        bad: 0,
      })
    }
  })

  it('at the very start of its value makes the row a bad one', async () => {
    const text = HEADER + download('1', 1, 'acme.com', '\rAcme') + download('2', 2, 'beta.io')
    expect(await scored('a.csv', text)).toMatchObject({ accounts: ['beta.io Acme'], accepted: 1, bad: 2 })
  })

  it('does not hide that a row has the wrong number of columns', async () => {
    const text = `${HEADER}${download('1')}x,2025-06-01T10:00:00Z,view\rb.com,B\n${download('2').trimEnd()},mo\rre\n${download('3')}`
    expect(await scored('a.csv', text)).toMatchObject({
      accepted: 2,
      bad: 2,
      rows: ['3: has 4 columns, unlike the header', '4: has 7 columns, unlike the header'],
    })
  })
})

test('a row that is bad is shown with its line where lines end in all ways', async () => {
  const undated = download('bad').replace('2025-06-01T10:00:00Z', 'soon')
  const text = `${LF}${rowsEndedBy(A, B, C)}${undated}${download('5', 1, 'acme.com', '"Ac\r\nme"')}short\r\n${rowsEndedBy(B)}`
  expect((await scored('a.csv', text)).rows).toEqual([
    '5: time "soon" can\'t be read',
    '8: has 1 columns, unlike the header',
  ])
})
