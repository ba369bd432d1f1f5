import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { parse as parseDomain } from 'tldts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UserError } from '../../../src/domain/errors.ts'
import { SAMPLE_DEFAULTS, type SampleOptions, writeSample } from '../../../src/sample/write-sample.ts'
import { type ExportRow, exportFiles, readFileRows, readRows } from './read-sample.ts'

const UNTIL = new Date('2026-11-24T00:00:00Z')
const HEADER =
  'id,type,package,pixel,version,time,referer,user_agent,platform,variables,origin_id,origin_latitude,origin_longitude,origin_country,origin_city,origin_postal,origin_connection_type,origin_company,origin_domain,dnt,confidence,endpoint_id,origin_state,mtc_quota_exceeded'

const scratch = mkdtempSync(join(tmpdir(), 'oql-sample-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const write = (name: string, options: Partial<SampleOptions> = {}) =>
  writeSample({
    ...SAMPLE_DEFAULTS,
    until: UNTIL,
    format: 'csv.gz',
    ...options,
    directory: join(scratch, name),
  })

const dayOfFile = (name: string): string => name.slice('events-scarf-export-'.length).slice(0, 10)
const hasCompany = (row: ExportRow): boolean => row.origin_domain !== ''

describe('the default sample', () => {
  const directory = join(scratch, 'default')
  let files: { name: string; rows: ExportRow[] }[] = []
  let rows: ExportRow[] = []
  beforeAll(async () => {
    await write('default')
    files = exportFiles(directory).map(name => ({ name, rows: readFileRows(directory, name) }))
    rows = files.flatMap(file => file.rows)
  })

  it('has exactly the rows that were asked for, under the columns of the event export', async () => {
    const again = await write('counted')
    expect(rows).toHaveLength(40_000)
    expect(again).toEqual({ files: exportFiles(directory).length, rows: 40_000, accounts: 300 })
    expect(Object.keys(rows[0] ?? {}).join(',')).toBe(HEADER)
  })

  it('has a file for each day up to the last before `until`, some days in numbered parts', () => {
    const names = exportFiles(directory)
    const days = new Set(names.map(dayOfFile))
    expect(days.size).toBe(120)
    expect([...days].at(0)).toBe('2026-07-27')
    expect([...days].at(-1)).toBe('2026-11-23')
    const pattern = /^events-scarf-export-(\d{4}-\d\d-\d\d)-\1(-part-00000\d)?\.csv\.gz$/
    expect(names.filter(name => !pattern.test(name))).toEqual([])
    const parts = names.filter(name => name.includes('-part-'))
    expect(parts.length).toBeGreaterThan(10)
    expect(parts.length).toBeLessThan(names.length / 2)
  })

  it('says in every row, and beside the files, that it is synthetic', () => {
    expect(rows.filter(row => !row.variables?.split('&').includes('synthetic=true'))).toEqual([])
    expect(readFileSync(join(directory, 'README.txt'), 'utf8')).toMatch(/^SYNTHETIC DATA/)
  })

  it('writes times in UTC to the millisecond, inside their file’s day and in order but for repeats', () => {
    for (const { name, rows } of files) {
      const seen = new Set<string>()
      const fresh = rows.filter(({ id = '' }) => !seen.has(id) && seen.add(id) !== undefined)
      const times = fresh.map(row => row.time ?? '')
      expect(times.filter(time => !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(time))).toEqual([])
      expect(times.filter(time => !time.startsWith(dayOfFile(name)))).toEqual([])
      // A repeat that crossed into this part looks fresh here and is late: few are.
      const late = times.filter((time, index) => index > 0 && time < (times[index - 1] ?? ''))
      expect(late.length).toBeLessThan(5 + times.length / 50)
    }
  })

  it('repeats one row in a hundred, whole and on the same day, some of them in another part', () => {
    const placed = files.flatMap(({ name, rows }) => rows.map(row => ({ name, row })))
    const repeats = [...Map.groupBy(placed, ({ row }) => row.id).values()].filter(group => group.length > 1)
    expect(repeats).toHaveLength(400)
    for (const [first, second] of repeats) expect(second?.row).toEqual(first?.row)
    expect(repeats.filter(group => new Set(group.map(({ name }) => dayOfFile(name))).size > 1)).toEqual([])
    expect(repeats.some(([first, second]) => first?.name !== second?.name)).toBe(true)
  })

  it('leaves a quarter without a company, some of them because the quota was exceeded', () => {
    const without = rows.filter(row => !hasCompany(row))
    expect(without.length / rows.length).toBeCloseTo(0.25, 1)
    const scrubbed = rows.filter(row => row.mtc_quota_exceeded === 'true')
    expect(scrubbed.length).toBeGreaterThan(300)
    expect(scrubbed.filter(hasCompany)).toEqual([])
  })

  it('names a package or a pixel, and gives views a referer', () => {
    expect(rows.filter(row => (row.package === '') === (row.pixel === ''))).toEqual([])
    const views = rows.filter(row => row.type === 'pixel-fetch')
    expect(views.filter(row => row.pixel === '' || !row.referer?.startsWith('https://'))).toEqual([])
    expect(new Set(rows.map(row => row.type))).toEqual(
      new Set(['pixel-fetch', 'manifest-fetch', 'binary-download', 'ping']),
    )
  })

  it('invents companies under real suffixes whose names no real company can have', () => {
    const named = new Map(
      rows.filter(row => row.origin_company).map(row => [row.origin_company, row.origin_domain ?? '']),
    )
    expect(named.size).toBeGreaterThanOrEqual(300)
    for (const domain of named.values()) {
      const parsed = parseDomain(domain)
      expect(parsed.isIcann, domain).toBe(true)
      expect(parsed.domainWithoutSuffix, domain).toMatch(/-example$/)
    }
    const names = [...named.keys()].join('\n')
    expect(names).toMatch(/, Inc\./)
    expect(names).toMatch(/"NV"/)
  })

  it('has a heavy tail, quiet weekends and several actors for a company', () => {
    const ofCompanies = rows.filter(hasCompany)
    const counts = [...Map.groupBy(ofCompanies, row => row.origin_domain).values()]
      .map(group => group.length)
      .sort((a, b) => b - a)
    const top = counts.slice(0, 30).reduce((sum, count) => sum + count, 0)
    expect(top / ofCompanies.length).toBeGreaterThan(0.3)
    const views = ofCompanies.filter(row => row.type === 'pixel-fetch' && row.dnt === 'false')
    const weekend = views.filter(row => [0, 6].includes(new Date(`${row.time}Z`).getUTCDay()))
    expect(weekend.length / views.length).toBeLessThan(0.15)
    const actors = Map.groupBy(ofCompanies, row => row.origin_domain)
      .values()
      .map(group => new Set(group.map(row => row.origin_id)).size)
    expect(actors.filter(count => count > 1).toArray().length).toBeGreaterThan(150)
  })
})

describe('any sample', () => {
  it('is the same, byte for byte, for the same options, and another for another seed', async () => {
    const bytes = (name: string): string[] =>
      exportFiles(join(scratch, name)).map(file => readFileSync(join(scratch, name, file)).toString('base64'))
    const size = { accounts: 40, signals: 3000, days: 30 }
    await write('one', size)
    await write('same', size)
    await write('other', { ...size, seed: 2 })
    expect(bytes('same')).toEqual(bytes('one'))
    expect(bytes('other')).not.toEqual(bytes('one'))
  })

  it('has exactly the rows asked for, whatever the sizes, and none at or after `until`', async () => {
    const sizes = fc.record({
      accounts: fc.integer({ min: 1, max: 60 }),
      signals: fc.integer({ min: 1, max: 1500 }),
      days: fc.integer({ min: 1, max: 40 }),
      seed: fc.integer(),
      until: fc.date({
        min: new Date('2024-01-01T00:00:00Z'),
        max: new Date('2027-01-01T00:00:00Z'),
        noInvalidDate: true,
      }),
    })
    await fc.assert(
      fc.asyncProperty(sizes, async options => {
        const result = await write('any', { ...options, format: 'csv' })
        const times = readRows(join(scratch, 'any')).map(row => `${row.time?.replace(' ', 'T')}Z`)
        expect(result.rows).toBe(options.signals)
        expect(times).toHaveLength(options.signals)
        expect(times.filter(time => new Date(time) >= options.until)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it('tells how far it is', async () => {
    const told: number[] = []
    const directory = join(scratch, 'progress')
    const options = { ...SAMPLE_DEFAULTS, directory, signals: 2000, days: 10, until: UNTIL } as const
    await writeSample({ ...options, format: 'csv' }, ({ rows }) => told.push(rows))
    expect(told).toHaveLength(10)
    expect(told.toSorted((a, b) => a - b)).toEqual(told)
    expect(told.at(-1)).toBe(2000)
  })
})

describe('the directory', () => {
  it('may hold an earlier sample, which is replaced', async () => {
    await write('again', { accounts: 5, signals: 400, days: 20 })
    await write('again', { accounts: 5, signals: 100, days: 5 })
    expect(readRows(join(scratch, 'again'))).toHaveLength(100)
  })

  it('may not hold anything else: real exports are neither mixed with made-up ones nor removed', async () => {
    for (const name of ['events-scarf-export-2026-01-01-2026-01-01.csv.gz', 'notes.txt']) {
      const directory = mkdtempSync(join(scratch, 'foreign-'))
      writeFileSync(join(directory, name), 'precious')
      await expect(
        writeSample({ ...SAMPLE_DEFAULTS, directory, until: UNTIL, format: 'csv' }),
      ).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(name) })
      expect(readFileSync(join(directory, name), 'utf8')).toBe('precious')
      expect(readdirSync(directory)).toEqual([name])
    }
  })

  it('holds no half-written file after an abort', async () => {
    const stop = new AbortController()
    const directory = join(scratch, 'aborted')
    const options = { ...SAMPLE_DEFAULTS, directory, until: UNTIL, format: 'csv.gz' as const }
    const aborted = writeSample({ ...options, signal: stop.signal }, () => stop.abort())
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(directory).filter(name => name.endsWith('.partial'))).toEqual([])
    expect(exportFiles(directory).length).toBeLessThan(20)
  })
})

it.each([
  { accounts: 0 },
  { accounts: 2_000_000 },
  { signals: 0 },
  { signals: 1.5 },
  { signals: 1e12 },
  { days: -1 },
  { seed: 0.5 },
  { until: new Date('never') },
])('refuses %j with the name of the option', async wrong => {
  const error: unknown = await write('refused', wrong).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(Object.keys(wrong)[0] ?? '') })
})
