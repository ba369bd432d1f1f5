import { appendFile, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { inFolder } from '../scoring/score-rows.ts'
import { put, type ScoreFilesOptions, scoreFiles, source } from './score-files.ts'

const HEAD = 'id,occurred_at,kind,account_domain\n'
const row = (id: string, domain: string) => `${id},2025-06-01T10:00:00Z,view,${domain}`

async function scored(
  folder: string,
  name: string,
  changes: Parameters<typeof source>[2] = {},
  options: ScoreFilesOptions = {},
) {
  const { accounts, signals, badRows } = await scoreFiles(folder, [source(folder, name, changes)], options)
  return {
    domains: accounts.map(({ domain }) => domain),
    read: signals.read,
    bad: signals.leftOut.bad_row ?? 0,
    rows: badRows.map(({ line, why }) => `${line}: ${why}`),
  }
}

/** As if nobody had touched it for so long. */
async function leaveAlone(path: string, minutes: number): Promise<void> {
  const then = new Date(Date.now() - minutes * 60_000)
  await utimes(path, then, then)
}

const CUT = `${HEAD}${row('1', 'beta.io')}\n${row('2', 'acme.co')}`

describe('a last line that may be cut where it names the company', () => {
  it('makes no account while the file is being written, stops no run, and is read when the file goes on', async () => {
    await inFolder(async folder => {
      const path = await put(folder, 'a.csv', CUT)
      expect(await scored(folder, 'a.csv', {}, { maxBadRows: 0 })).toEqual({
        domains: ['beta.io'],
        read: 2,
        bad: 1,
        rows: [expect.stringMatching(/^3: has no line end yet.*10 minutes/)],
      })
      await appendFile(path, `m\n${row('3', 'gamma.de')}`)
      expect((await scored(folder, 'a.csv')).domains).toEqual(['acme.com', 'beta.io'])
      await appendFile(path, 'v\n')
      expect(await scored(folder, 'a.csv')).toMatchObject({
        domains: ['acme.com', 'beta.io', 'gamma.dev'],
        bad: 0,
      })
    })
  })

  it('counts once nobody has touched the file for ten minutes: many a whole file ends so', async () => {
    await inFolder(async folder => {
      const path = await put(folder, 'a.csv', CUT)
      await leaveAlone(path, 9)
      expect((await scored(folder, 'a.csv')).domains).toEqual(['beta.io'])
      await leaveAlone(path, 11)
      expect(await scored(folder, 'a.csv')).toMatchObject({
        domains: ['acme.co', 'beta.io'],
        read: 2,
        bad: 0,
      })
    })
  })

  it('whatever the column is called, and where an email names the company', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv', CUT.replace('account_domain', 'firm'))
      expect((await scored(folder, 'a.csv', { columns: { account_domain: 'firm' } })).domains).toEqual([
        'beta.io',
      ])
      await put(folder, 'b.csv', CUT.replace('account_domain', 'email').replaceAll(/view,/g, 'view,ann@'))
      expect((await scored(folder, 'b.csv')).domains).toEqual(['beta.io'])
      const scarf = `id,time,type,origin_domain\n1,2025-06-01 10:00:00,pixel-fetch,acme.co`
      await put(folder, 'c.csv', scarf)
      expect((await scored(folder, 'c.csv', { format: 'scarf_events' })).domains).toEqual([])
    })
  })
})

describe('a last line without an end is whole', () => {
  it('where its last value is not what names the company, or is closed by a quote', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv', 'id,occurred_at,account_domain,kind\n1,2025-06-01T10:00:00Z,acme.com,view')
      expect((await scored(folder, 'a.csv')).domains).toEqual(['acme.com'])
      await put(folder, 'b.csv', `${HEAD}${row('1', '"acme.com"')}`)
      expect((await scored(folder, 'b.csv')).domains).toEqual(['acme.com'])
    })
  })

  it('in a gzip file, whose own end says that it is all', async () => {
    await inFolder(async folder => {
      await put(folder, 'a.csv.gz', gzipSync(CUT))
      expect((await scored(folder, 'a.csv.gz')).domains).toEqual(['acme.co', 'beta.io'])
    })
  })
})

describe('a file of the same size and time', () => {
  it('is read anew where its content is another', async () => {
    await inFolder(async folder => {
      const path = await put(folder, 'a.csv', `${HEAD}${row('1', 'acme.com')}\n`)
      await leaveAlone(path, 60)
      const { atime, mtime, size } = await stat(path)
      expect((await scored(folder, 'a.csv')).domains).toEqual(['acme.com'])
      await writeFile(path, (await readFile(path, 'utf8')).replace('acme.com', 'beta.com'))
      await utimes(path, atime, mtime)
      expect(await stat(path)).toMatchObject({ mtime, size })
      expect((await scored(folder, 'a.csv')).domains).toEqual(['beta.com'])
    })
  })
})
