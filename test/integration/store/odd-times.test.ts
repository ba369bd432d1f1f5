import { expect, test } from 'vitest'
import { inFolder } from '../scoring/score-rows.ts'
import { download, HEADER, put, putParquet, scoreFiles, source } from './score-files.ts'

const at = (id: string, time: string, domain: string) =>
  download(id, 1, domain).replace('2025-06-01T10:00:00Z', time)

test('a time before 1990 is a bad row, and no account is first seen then', async () => {
  await inFolder(async folder => {
    const early = [
      '0000-01-01T00:00:00Z',
      '0001-01-01 00:00:00',
      '1601-01-01T00:00:00Z',
      '1970-01-01T00:00:00Z',
    ]
    const rows = early.map((time, index) => at(String(index), time, `early${index}.com`)).join('')
    const edges =
      at('a', '1989-12-31T23:59:59.999999Z', 'before.com') +
      at('b', '1990-01-01T00:00:00Z', 'edge.com') +
      at('c', '1990-01-01T00:00:00+00:01', 'before.com') +
      at('d', '1989-12-31T23:59:00-00:01', 'edge.com')
    await put(folder, 'a.csv', HEADER + rows + edges)
    const { accounts, signals, badRows } = await scoreFiles(folder, [source(folder, 'a.csv')])
    expect(accounts).toMatchObject([{ domain: 'edge.com', firstSeen: new Date('1990-01-01T00:00:00Z') }])
    expect(signals).toMatchObject({ read: 8, accepted: 2, leftOut: { bad_row: 6 } })
    expect(badRows.map(({ line, why }) => `${line}: ${why}`)).toEqual([
      '2: time "0000-01-01T00:00:00Z" is before 1990',
      '3: time "0001-01-01 00:00:00" is before 1990',
      '4: time "1601-01-01T00:00:00Z" is before 1990',
    ])
  })
})

const PARQUET_TIMES = [
  `timestamp '-infinity'`,
  `timestamptz '-infinity'`,
  `timestamp 'infinity'`,
  `timestamp '0044-03-15 (BC)'`,
  `timestamp '12025-06-01'`,
  `date '0001-01-01'`,
  `timestamp_ns '1960-01-01'`,
  `cast(null as timestamp)`,
  `'-infinity'`,
]
test.each(PARQUET_TIMES)('a time that is none in Parquet is a bad row: %s', async time => {
  await inFolder(async folder => {
    await putParquet(
      folder,
      'a.parquet',
      `select 'x' as id, ${time} as occurred_at, 'view' as kind, 'acme.com' as account_domain`,
    )
    await put(folder, 'b.csv', HEADER + download('1', 1, 'beta.io'))
    const sources = [source(folder, 'a.parquet'), source(folder, 'b.csv', { name: 'more' })]
    const { accounts, signals, badRows } = await scoreFiles(folder, sources)
    expect(accounts.map(({ domain }) => domain)).toEqual(['beta.io'])
    expect(signals).toMatchObject({ read: 2, accepted: 1, leftOut: { bad_row: 1 } })
    expect(badRows).toMatchObject([{ line: 1 }])
  })
})
