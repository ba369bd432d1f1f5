import { gzipSync } from 'node:zlib'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, it } from 'vitest'
import { DAY, fromDate, parseTime } from '../../reference/calendar.ts'
import { manySignals } from '../../reference/random-signals.ts'
import { COLUMNS, type SignalRow, scarfColumns } from '../../reference/signal-row.ts'
import { inFolder } from '../scoring/score-rows.ts'
import { AS_OF, download, HEADER, put, putParquet, scoreFiles, source } from './score-files.ts'

const ROWS = manySignals({ seed: 7, rows: 3_000, accounts: 60, asOf: AS_OF }).filter(isReadable)
const CANONICAL = ROWS.filter(({ format }) => format === 'canonical')
const SCARF = ROWS.filter(({ format }) => format === 'scarf_events').map(scarfColumns)
const SCARF_NAMES = Object.keys(scarfColumns({ format: 'scarf_events' }))

const csv = stringify(CANONICAL, { header: true, columns: [...COLUMNS] })
const scarfCsv = stringify(SCARF, { header: true, columns: SCARF_NAMES })
const ndjson = CANONICAL.map(({ format: _, ...row }) => `${JSON.stringify(row)}\n`).join('')
const scarf = { name: 'scarf', format: 'scarf_events' } as const

/** No bad rows, whose lines would differ; and of one month, for each day costs time. */
function isReadable({ occurred_at: written, id }: SignalRow): boolean {
  const time = parseTime(written ?? '')
  return id !== '' && time !== null && time > fromDate(AS_OF) - 40 * DAY
}

/** What any format must give. */
const expected = await inFolder(async folder => {
  await put(folder, 'a.csv', csv)
  await put(folder, 'scarf.csv', scarfCsv)
  return scoreFiles(folder, [source(folder, 'a.csv'), source(folder, 'scarf.csv', scarf)])
})

describe('the same rows give the same signals and accounts', () => {
  it('and there is something to compare', () => {
    expect(expected.accounts.length).toBeGreaterThan(40)
    expect(expected.people.length).toBeGreaterThan(3)
    expect(Object.keys(expected.signals.leftOut).length).toBeGreaterThan(6)
  })

  const WRITTEN: readonly [what: string, name: string, content: string | Uint8Array][] = [
    ['csv.gz', 'a.csv.gz', gzipSync(csv)],
    [
      'csv.gz in two members',
      'a.csv.gz',
      Buffer.concat([gzipSync(csv.slice(0, 5_000)), gzipSync(csv.slice(5_000))]),
    ],
    ['CSV with carriage returns', 'a.csv', csv.replaceAll('\n', '\r\n')],
    ['CSV with a byte order mark', 'a.csv', `\ufeff${csv}`],
    [
      'CSV with every value in quotes',
      'a.csv',
      stringify(CANONICAL, { header: true, columns: [...COLUMNS], quoted: true }),
    ],
    [
      'CSV with its columns in another order',
      'a.csv',
      stringify(CANONICAL, { header: true, columns: COLUMNS.toReversed() }),
    ],
    ['CSV with blank lines and no last line end', 'a.csv', `${csv.replace('\n', '\n\n\n')}`.trimEnd()],
    ['NDJSON', 'a.ndjson', ndjson],
    ['ndjson.gz', 'a.ndjson.gz', gzipSync(ndjson)],
    [
      'NDJSON with carriage returns, blank lines and nulls',
      'a.jsonl',
      ndjson.replaceAll('""', 'null').replaceAll('\n', '\r\n\r\n'),
    ],
  ]
  it.each(WRITTEN)('as %s', async (_, name, content) => {
    await inFolder(async folder => {
      await put(folder, name, content)
      await put(folder, 'scarf.csv', scarfCsv)
      const scored = await scoreFiles(folder, [source(folder, name), source(folder, 'scarf.csv', scarf)])
      expect(scored).toEqual(expected)
    })
  })

  const csvAsTexts = (path: string) =>
    `from read_csv('${path}', header = true, all_varchar = true, quote = '"', escape = '"')`
  const TYPED: readonly [what: string, columns: string][] = [
    ['texts', '*'],
    [
      'timestamps without a zone, booleans and doubles',
      `* replace (cast(occurred_at as timestamptz) at time zone 'UTC' as occurred_at,
         lower(dnt) in ('true', 't', '1', 'yes') as dnt, cast(confidence as double) as confidence)`,
    ],
    ['timestamps with a zone', '* replace (cast(occurred_at as timestamptz) as occurred_at)'],
  ]
  it.each(TYPED)('as Parquet with %s', async (_, columns) => {
    await inFolder(async folder => {
      const canonical = await put(folder, 'in/a.csv', csv)
      await put(folder, 'scarf.csv', scarfCsv)
      await putParquet(folder, 'a.parquet', `select ${columns} ${csvAsTexts(canonical)}`)
      const sources = [source(folder, 'a.parquet'), source(folder, 'scarf.csv', scarf)]
      expect(await scoreFiles(folder, sources)).toEqual(expected)
    })
  })

  it('in many files of one source', async () => {
    await inFolder(async folder => {
      for (let file = 0; file < 10; file++) {
        const from = Math.floor((file * CANONICAL.length) / 10)
        const rows = CANONICAL.slice(from, Math.floor(((file + 1) * CANONICAL.length) / 10))
        await put(folder, `in/${file}.csv`, stringify(rows, { header: true, columns: [...COLUMNS] }))
      }
      await put(folder, 'scarf.csv', scarfCsv)
      const sources = [source(folder, 'in/*.csv'), source(folder, 'scarf.csv', scarf)]
      expect(await scoreFiles(folder, sources)).toEqual(expected)
    })
  })

  it('under other column names, with constants for columns that are not there', async () => {
    await inFolder(async folder => {
      await put(folder, 'usual.csv', HEADER + download('1') + download('2', 3))
      await put(
        folder,
        'theirs.csv',
        'uid,ts,company,label\n1,2025-06-01T10:00:00Z,acme.com,Acme\n2,2025-06-03T10:00:00Z,acme.com,Acme\n',
      )
      const theirs = source(folder, 'theirs.csv', {
        columns: { id: 'uid', occurred_at: 'ts', account_domain: 'company', account_name: 'label' },
        defaults: { kind: 'download', artifact: 'server' },
      })
      const usual = await scoreFiles(folder, [source(folder, 'usual.csv')])
      const mapped = await scoreFiles(folder, [theirs])
      expect(mapped.accounts).toEqual(usual.accounts)
      expect(mapped.accounts).toMatchObject([{ facts: { downloads_30: 2 }, topArtifacts: ['server'] }])
    })
  })

  it("with a type that the source's config names", async () => {
    await inFolder(async folder => {
      await put(
        folder,
        'a.csv',
        'id,time,type,origin_domain\n1,2025-06-01 10:00:00,ping,acme.com\n2,2025-06-01 10:00:00,pong,acme.com\n',
      )
      const scored = await scoreFiles(folder, [
        source(folder, 'a.csv', { ...scarf, types: { ping: 'telemetry' } }),
      ])
      expect(scored.accounts).toMatchObject([{ facts: { telemetry_30: 1, signals_30: 2 } }])
      expect(scored.signals.customTypes).toEqual({ pong: 1 })
    })
  })

  it('with types that are called what every object has', async () => {
    await inFolder(async folder => {
      const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty']
      const rows = [...names, ...names].map(
        (type, at) => `${at},2025-06-0${1 + (at % 2)} 10:00:00,${type},acme.com\n`,
      )
      await put(folder, 'a.csv', `id,time,type,origin_domain\n${rows.join('')}`)
      const sources = [source(folder, 'a.csv', scarf)]
      const first = await scoreFiles(folder, sources)
      expect(Object.entries(first.signals.customTypes).sort()).toEqual(names.map(name => [name, 2]).sort())
      // What the rollup kept says the same.
      expect((await scoreFiles(folder, sources)).signals).toEqual(first.signals)
    })
  })
})

describe('of rows with the same id on a day, the first counts', () => {
  const counted = async (folder: string, sources: Parameters<typeof scoreFiles>[1]) => {
    const { accounts, signals } = await scoreFiles(folder, sources)
    return { domains: accounts.map(({ domain }) => domain), duplicates: signals.leftOut.duplicate }
  }

  it('within a file', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv', HEADER + download('1', 1, 'first.com') + download('1', 1, 'second.com'))
      expect(await counted(folder, [source(folder, '*.csv')])).toEqual({
        domains: ['first.com'],
        duplicates: 1,
      })
    })
  })

  it('of the files of a source, the first by path, whichever days each holds', async () => {
    await inFolder(async folder => {
      await put(folder, 'b.csv', HEADER + download('0', 1, 'early.com') + download('1', 2, 'second.com'))
      await put(folder, 'a.csv', HEADER + download('1', 2, 'first.com'))
      expect(await counted(folder, [source(folder, '*.csv')])).toEqual({
        domains: ['early.com', 'first.com'],
        duplicates: 1,
      })
    })
  })

  it('of the sources, the first in the config', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv', HEADER + download('1', 1, 'second.com'))
      await put(folder, 'b.csv', HEADER + download('1', 1, 'first.com'))
      const sources = [source(folder, 'b.csv', { name: 'b' }), source(folder, 'a.csv', { name: 'a' })]
      expect(await counted(folder, sources)).toEqual({ domains: ['first.com'], duplicates: 1 })
    })
  })

  it('but another day, or another format, has ids of its own', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv', HEADER + download('1', 1) + download('1', 2))
      await put(
        folder,
        'scarf.csv',
        'id,time,type,origin_domain\n1,2025-06-01 10:00:00,pixel-fetch,acme.com\n',
      )
      const scored = await scoreFiles(folder, [source(folder, 'a.csv'), source(folder, 'scarf.csv', scarf)])
      expect(scored.signals).toMatchObject({ accepted: 3, leftOut: {} })
    })
  })
})
