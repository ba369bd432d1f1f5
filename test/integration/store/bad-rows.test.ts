import { describe, expect, it } from 'vitest'
import { UserError } from '../../../src/domain/errors.ts'
import { inFolder } from '../scoring/score-rows.ts'
import { download, HEADER, put, putParquet, scoreFiles, source } from './score-files.ts'

/** Scores one file; its bad rows as `line: why`. */
async function bad(name: string, content: string | Uint8Array, options: { maxBadRows?: number } = {}) {
  return inFolder(async folder => {
    const path = await put(folder, name, content)
    const { signals, badRows } = await scoreFiles(folder, [source(folder, name)], options)
    for (const { file } of badRows) expect(file).toBe(path)
    return {
      accepted: signals.accepted,
      bad: signals.leftOut.bad_row ?? 0,
      rows: badRows.map(({ line, why }) => `${line}: ${why}`),
    }
  })
}

const UNDATED = 'b1,soon,download,acme.com,Acme,server\n'
const NAMELESS = ',2025-06-01T10:00:00Z,download,acme.com,Acme,server\n'
const LONG_NAME = 'x'.repeat(3_000_000)

describe('a bad row is counted and shown with its line', () => {
  it('in CSV, however the rows before it look', async () => {
    const text =
      HEADER +
      download('1', 1, 'acme.com', '"Ac\nme"') +
      UNDATED +
      '\n' +
      'x,2025-06-01T10:00:00Z\n' +
      `${download('2').trimEnd()},more\n` +
      NAMELESS +
      download('3')
    const expected = [
      '4: time "soon" can\'t be read',
      '6: has 2 columns, unlike the header',
      '7: has 7 columns, unlike the header',
    ]
    expect(await bad('a.csv', text)).toEqual({ accepted: 2, bad: 4, rows: expected })
    expect(await bad('a.csv', text.replaceAll('\n', '\r\n'))).toEqual({ accepted: 2, bad: 4, rows: expected })
    expect(await bad('a.csv', `\ufeff${text}`)).toEqual({ accepted: 2, bad: 4, rows: expected })
  })

  it('in CSV, behind a row that has none of its own', async () => {
    const text = `${HEADER}x,2\n${download('1')}${NAMELESS}`
    expect((await bad('a.csv', text)).rows).toEqual([
      '2: has 2 columns, unlike the header',
      '4: id is missing',
    ])
  })

  it('in NDJSON', async () => {
    const good = JSON.stringify({
      id: '1',
      occurred_at: '2025-06-01T10:00:00Z',
      kind: 'view',
      account_domain: 'acme.com',
    })
    expect(await bad('a.ndjson', `${good}\n\n{"id":"2\n[]\n{"id":"3","occurred_at":7}\nnull\n`)).toEqual({
      accepted: 1,
      bad: 4,
      rows: ['3: is no JSON object', '4: is no JSON object', '5: time "7" can\'t be read'],
    })
  })

  it('in Parquet, by its row', async () => {
    await inFolder(async folder => {
      await putParquet(
        folder,
        'a.parquet',
        "select * from (values ('1', '2025-06-01 10:00:00'), ('2', '1748779200'), (null, '2025-06-01 10:00:00')) t(id, occurred_at), (select 'view' as kind, 'acme.com' as account_domain)",
      )
      const { signals, badRows } = await scoreFiles(folder, [source(folder, 'a.parquet')])
      expect(signals).toMatchObject({ accepted: 1, leftOut: { bad_row: 2 } })
      expect(badRows.map(({ line, why }) => `${line}: ${why}`)).toEqual([
        '2: time "1748779200" can\'t be read',
        '3: id is missing',
      ])
    })
  })

  it('where it is not UTF-8, or longer than anything sensible', async () => {
    const latin = Buffer.concat([
      Buffer.from(HEADER + download('1')),
      Buffer.from(download('2', 1, 'acme.com', 'M\xfcnchen'), 'latin1'),
    ])
    expect(await bad('a.csv', latin)).toEqual({ accepted: 1, bad: 1, rows: ['3: is not UTF-8'] })
    const long = HEADER + download('1', 1, 'acme.com', LONG_NAME) + download('2')
    expect(await bad('a.csv', long)).toEqual({ accepted: 1, bad: 1, rows: ['2: is longer than 2 MB'] })
  })

  it('and so is every row that a quote left open swallows', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => download(String(index))).join('')
    const text = `${HEADER}${download('x')}open,2025-06-01T10:00:00Z,download,acme.com,"Acme,server\n${rows}`
    expect(await bad('a.csv', text)).toMatchObject({ accepted: 1, bad: 21 })
  })
})

describe('a run is stopped', () => {
  const refused = async (content: string, options?: { maxBadRows: number }) => {
    const error = await bad('a.csv', content, options).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    return error
  }

  it('by more bad rows than max_bad_rows, a share or a count', async () => {
    const text = HEADER + download('1') + UNDATED + NAMELESS + download('2')
    expect(await bad('a.csv', text, { maxBadRows: 0.5 })).toMatchObject({ bad: 2 })
    expect(await bad('a.csv', text, { maxBadRows: 2 })).toMatchObject({ bad: 2 })
    for (const maxBadRows of [0.49, 1, 0]) {
      expect(await refused(text, { maxBadRows })).toMatchObject({
        message: expect.stringMatching(
          /2 of 4 rows.*\n.*a\.csv:3: time "soon" can't be read\n.*a\.csv:4: id is missing$/,
        ),
        hint: expect.stringContaining('max_bad_rows'),
      })
    }
  })

  it('by a quote left open over more than can be counted', async () => {
    const rows = (n: number) => Array.from({ length: n }, (_, index) => download(String(index))).join('')
    for (const n of [1_000, 60_000]) {
      const text = `${HEADER}${download('x')}open,2025-06-01T10:00:00Z,download,acme.com,"Acme,server\n${rows(n)}`
      expect(await refused(text)).toMatchObject({
        message: expect.stringMatching(/a\.csv:3: a quote that opens/),
      })
    }
  })
})
