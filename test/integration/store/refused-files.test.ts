import { appendFile, mkdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../../src/domain/errors.ts'
import { duckdbDialect } from '../../../src/store/dialect.ts'
import { openDuckDb } from '../../../src/store/duckdb.ts'
import { landText } from '../../../src/store/land-text.ts'
import { landFile } from '../../../src/store/landing.ts'
import { listSourceFiles } from '../../../src/store/source-files.ts'
import { inFolder } from '../scoring/score-rows.ts'
import { download, HEADER, put, putParquet, scoreFiles, source } from './score-files.ts'

type Content = string | Uint8Array

/** Scores one file and returns the refusal, which must be one that a user can act on. */
async function refusal(name: string, content: Content | null, changes: Parameters<typeof source>[2] = {}) {
  return inFolder(async folder => {
    if (content !== null) await put(folder, name, content)
    return refusalOf(scoreFiles(folder, [source(folder, name, changes)]))
  })
}

async function refusalOf(scoring: Promise<unknown>): Promise<UserError> {
  const error = await scoring.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UserError)) throw error
  expect(error.message).not.toMatch(/Error|DuckDB|binder|\bSQL\b/i)
  expect(error.hint).toMatch(/\w/)
  return error
}

const GOOD = HEADER + download('1') + download('2')
const gz = gzipSync(GOOD.repeat(50))
const COMPANY_ROLLUP = 'company,domain,views,last_seen\nAcme,acme.com,4,2025-06-01\n'

describe('a file that can not be read is refused by name, with what to do', () => {
  const FILES: readonly [what: string, name: string, content: Content | null, says: RegExp][] = [
    [
      'a gzip file that breaks off',
      'a.csv.gz',
      gz.subarray(0, gz.length - 20),
      /own: .*a\.csv\.gz: breaks off/,
    ],
    ['what is no gzip file', 'a.csv.gz', GOOD, /own: .*a\.csv\.gz: is no gzip file/],
    [
      'a damaged gzip file',
      'a.csv.gz',
      Uint8Array.from(gz, (byte, at) => (at > 40 && at < 60 ? 7 : byte)),
      /a\.csv\.gz: is no gzip file, or is damaged/,
    ],
    ['a gzip file that is called a CSV', 'a.csv', gz, /own: .*a\.csv: is gzip, which its name does not say/],
    ['one that is called NDJSON', 'a.ndjson', gz, /own: .*a\.ndjson: is gzip/],
    [
      'a Parquet file that is called a CSV',
      'a.csv',
      'PAR1\x15\x04"\n\x00',
      /a\.csv: its first line is no CSV/,
    ],
    ['an empty file', 'a.csv', '', /own: .*a\.csv is empty/],
    ['a gzip file of nothing', 'a.csv.gz', gzipSync(''), /a\.csv\.gz: has no header/],
    [
      'a Parquet file still being written',
      'a.parquet',
      'PAR1 and some more',
      /own: .*a\.parquet: is no Parquet file, or not a whole one/,
    ],
    ['the first bytes of one', 'a.parquet', 'PAR1', /a\.parquet: is no Parquet file/],
    ['a missing path', 'a.csv', null, /own: no file at .*a\.csv/],
    ['a glob without match', '2025-*/*.csv', null, /own: no file at .*2025-\*/],
    ['another ending', 'a.xlsx', 'x', /a\.xlsx is none of csv/],
    ['an export of another kind', 'a.csv', COMPANY_ROLLUP, /a\.csv: no column id, no column occurred_at/],
    ['a file with other separators', 'a.csv', GOOD.replaceAll(',', ';'), /a\.csv: no column id/],
    ['a column that stands twice', 'a.csv', 'id,id,occurred_at\n', /a\.csv: the column "id" stands twice/],
    [
      'columns that differ by letter case',
      'a.csv',
      'id,ID,occurred_at\n',
      /the columns "id" and "ID" are the same/,
    ],
    [
      'NDJSON that is one list',
      'a.ndjson',
      '[\n{"id":"1"},\n{"id":"2"}\n]\n',
      /a\.ndjson: no line is a JSON object|no column occurred_at/,
    ],
  ]
  it.each(FILES)('%s', async (_, name, content, says) => {
    expect((await refusal(name, content)).message).toMatch(says)
  })

  it('a folder with the name of a file', async () => {
    await inFolder(async folder => {
      await mkdir(join(folder, 'a.csv'))
      expect((await refusalOf(scoreFiles(folder, [source(folder, 'a.csv')]))).message).toMatch(
        /no file at .*a\.csv/,
      )
    })
  })

  it("a column that the source's columns: names and that is not there", async () => {
    const error = await refusal('a.csv', GOOD, { columns: { occurred_at: 'ts' } })
    expect(error.message).toMatch(/a\.csv: .*occurred_at from "ts"/)
    expect(error.hint).toContain('id, occurred_at, kind')
  })

  it('a Scarf export under the other name of its columns', async () => {
    const error = await refusal('a.csv', GOOD, { format: 'scarf_events' })
    expect(error.message).toMatch(
      /no column time, no column type, no column origin_domain \(format scarf_events\)/,
    )
  })

  it('one bad file among good ones, and nothing is lost for the others', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv', GOOD)
      await put(folder, 'b.csv.gz', gz.subarray(0, 50))
      const sources = [source(folder, '*.csv*')]
      expect((await refusalOf(scoreFiles(folder, sources))).message).toContain('b.csv.gz')
      await put(folder, 'b.csv.gz', gzipSync(HEADER + download('3', 2)))
      expect((await scoreFiles(folder, sources)).signals).toMatchObject({ accepted: 3 })
    })
  })

  it('a file that grows, or is put in place of another, while it is read', async () => {
    for (const change of [
      (path: string) => appendFile(path, download('9')),
      (path: string) => utimes(path, new Date(0), new Date(0)),
    ]) {
      await inFolder(async folder => {
        const path = await put(folder, 'a.csv', GOOD)
        const db = await openDuckDb({ memoryLimitBytes: 2 ** 28, spillTo: folder })
        try {
          const [file] = await listSourceFiles(db, [source(folder, 'a.csv')])
          if (file === undefined) throw new Error('no file was listed')
          await change(path)
          const error = await refusalOf(landText(db, duckdbDialect, file, join(folder, 'landed')))
          expect(error.message).toMatch(/a\.csv: changed while it was read/)
        } finally {
          await db.close()
        }
      })
    }
  })
})

describe('a file that goes away while it is read is told by name', () => {
  const KINDS: readonly [name: string, content: Content][] = [
    ['a.csv', GOOD],
    ['a.csv.gz', gz],
    ['a.ndjson', '{"id":"1"}\n'],
  ]
  it.each(KINDS)('%s', async (name, content) => {
    await inFolder(async folder => {
      const path = await put(folder, name, content)
      const error = await whileRead(folder, name, () => rm(path))
      expect(error.message).toMatch(new RegExp(`^source own: .*${name}: was removed while it was read`))
    })
  })

  it('Parquet, which is read where it is', async () => {
    await inFolder(async folder => {
      const select =
        "select '1' as id, timestamp '2025-06-01' as occurred_at, 'view' as kind, 'a.com' as account_domain"
      const path = await putParquet(folder, 'a.parquet', select)
      const error = await whileRead(folder, 'a.parquet', () => rm(path))
      expect(error.message).toMatch(/^source own: .*a\.parquet: was removed while it was read/)
    })
  })

  /** Lists the files, changes something, then lands them. */
  const whileRead = async (folder: string, name: string, change: () => Promise<void>) => {
    const db = await openDuckDb({ memoryLimitBytes: 2 ** 28, spillTo: folder })
    try {
      const [file] = await listSourceFiles(db, [source(folder, name)])
      if (file === undefined) throw new Error('no file was listed')
      await change()
      return await refusalOf(landFile(db, duckdbDialect, folder, file))
    } finally {
      await db.close()
    }
  }
})

describe('odd files that are fine', () => {
  it('a header without rows gives no account', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv', HEADER)
      expect(await scoreFiles(folder, [source(folder, 'a.csv')])).toMatchObject({
        accounts: [],
        signals: { read: 0 },
      })
    })
  })

  it('columns without a name, as a comma at the end of the header leaves them', async () => {
    await inFolder(async folder => {
      await put(
        folder,
        'a.csv',
        'id,occurred_at,kind,account_domain,,\n1,2025-06-01T10:00:00Z,view,acme.com,x,\n',
      )
      expect((await scoreFiles(folder, [source(folder, 'a.csv')])).signals.accepted).toBe(1)
    })
  })

  it('names with quotes and spaces, of files, columns and keys', async () => {
    await inFolder(async folder => {
      await put(folder, 'it\'s "odd" [1]/a b.csv', `"we're ""odd""",${HEADER}x,${download('1')}`)
      await putParquet(
        folder,
        'c.parquet',
        `select '2' as id, timestamp '2025-06-01' as occurred_at, 'view' as kind, 'acme.com' as account_domain, 1 as "o'd""d"`,
      )
      await put(
        folder,
        'b.ndjson',
        '{"":1,"we\'\\"re":2,"id":"3","occurred_at":"2025-06-01T10:00:00Z","kind":"view","account_domain":"acme.com"}\n',
      )
      const sources = ["it's *1]/a b.csv", 'c.parquet', 'b.ndjson'].map((path, index) =>
        source(folder, path, { name: String(index) }),
      )
      expect((await scoreFiles(folder, sources)).signals.accepted).toBe(3)
    })
  })

  it('a time that is no text', async () => {
    await inFolder(async folder => {
      await putParquet(
        folder,
        'a.parquet',
        "select '1' as id, date '2025-06-01' as occurred_at, 'view' as kind, 'acme.com' as account_domain",
      )
      expect((await scoreFiles(folder, [source(folder, 'a.parquet')])).accounts).toMatchObject([
        { lastSeen: new Date('2025-06-01T00:00:00Z') },
      ])
    })
  })
})
