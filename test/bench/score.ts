import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { shippedFile } from '../../src/config/init/shipped.ts'
import { loadModel } from '../../src/config/load-config.ts'
import { writeSample } from '../../src/sample/write-sample.ts'
import { openScoring } from '../../src/scoring/score.ts'
import { stepAccount } from '../../src/scoring/step-account.ts'
import { openDuckDb } from '../../src/store/duckdb.ts'

/**
 * What scoring costs beside the bare scan of its columns, each step in a process of its own.
 * Usage: npm run bench:score [-- --signals N --accounts N --days N --format parquet|csv.gz]
 * The sample is made once and kept under the system's temporary directory.
 */
const { values: options } = parseArgs({
  options: {
    signals: { type: 'string', default: '10000000' },
    accounts: { type: 'string', default: '50000' },
    days: { type: 'string', default: '120' },
    format: { type: 'string', default: 'parquet' },
    /** Set by the bench itself in the processes that it starts. */
    step: { type: 'string' },
  },
})

const SEED = 1
const UNTIL = new Date('2025-06-01T00:00:00Z')
const DAY_MS = 86_400_000
/** The shipped config's. */
const MEMORY_LIMIT_BYTES = 2 * 2 ** 30

const format = options.format === 'csv.gz' ? 'csv.gz' : 'parquet'
const place = join(
  tmpdir(),
  'oql-bench',
  `${options.signals}-${options.accounts}-${options.days}-${SEED}-${format}`,
)
const folders = { sample: join(place, 'sample'), known: join(place, 'known'), data: join(place, 'data') }
const made = join(place, 'made')

/** The columns of a Scarf export that scoring reads. */
const COLUMNS = [
  'id',
  'time',
  'type',
  'package',
  'pixel',
  'version',
  'referer',
  'user_agent',
  'origin_id',
  'endpoint_id',
  'origin_country',
  'origin_connection_type',
  'origin_company',
  'dnt',
  'confidence',
]

type Step = { name: string; what: string; work: () => Promise<number> }

const STEPS: readonly Step[] = [
  { name: 'count', what: 'count(*)', work: () => query('select count(*) as n from signals') },
  {
    name: 'scan',
    what: 'scan of the needed columns',
    work: () => query(`select count(*) as n, ${touched} from signals`),
  },
  {
    name: 'group',
    what: 'the same by domain',
    work: () =>
      query(
        `select count(*) as n from (select origin_domain, ${touched} from signals group by origin_domain)`,
      ),
  },
  { name: 'full', what: 'score from nothing', work: () => score(new Date(UNTIL.getTime() - DAY_MS)) },
  { name: 'again', what: 'score again', work: () => score(new Date(UNTIL.getTime() - DAY_MS)) },
  { name: 'day', what: 'score with one new day', work: () => score(UNTIL) },
]
const touched = [...COLUMNS, 'origin_domain'].map(name => `max(${name})`).join(', ')

/** @returns the number that the query finds as `n` */
async function query(sql: string): Promise<number> {
  const db = await openDuckDb({ memoryLimitBytes: MEMORY_LIMIT_BYTES, spillTo: folders.data })
  const files = `'${join(folders.known, `*.${format}`)}'`
  const read =
    format === 'parquet'
      ? `read_parquet(${files})`
      : `read_csv(${files}, header = true, auto_detect = true, all_varchar = true)`
  try {
    await db.run(`create temp view signals as select * from ${read}`)
    const [row] = await db.rows(sql)
    return Number(row?.n)
  } finally {
    await db.close()
  }
}

/** @returns how many accounts came out */
async function score(asOf: Date): Promise<number> {
  const model = await loadModel(shippedFile('config/model.yaml'), {})
  const scoring = await openScoring({
    sources: [
      {
        name: 'sample',
        format: 'scarf_events',
        path: join(folders.known, `*.${format}`),
        columns: {},
        defaults: {},
        types: {},
      },
    ],
    cleaning: {
      domains: { aliases: {}, excluded: [], freeMail: true },
      connectionTypes: ['isp', 'hosting'],
      minConfidence: 0,
      bots: true,
    },
    maxBadRows: 0.01,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    dataDirectory: folders.data,
    model,
    asOf,
    progress: () => {},
  })
  try {
    let accounts = 0
    for await (const now of scoring.measured()) {
      if (stepAccount(now, undefined, model, asOf).domain !== '') accounts++
    }
    return accounts
  } finally {
    await scoring.close()
  }
}

async function makeSample(): Promise<void> {
  if (existsSync(made)) return
  await mkdir(place, { recursive: true })
  const sample = {
    directory: folders.sample,
    accounts: Number(options.accounts),
    signals: Number(options.signals),
    seed: SEED,
    days: Number(options.days),
    until: UNTIL,
    format,
  } as const
  console.error(`making the sample at ${folders.sample}, once`)
  const { rows, files } = await writeSample(sample)
  console.error(`${rows} rows in ${files} files`)
  await writeFile(made, '')
}

const lastDay = (name: string): boolean =>
  name.includes(new Date(UNTIL.getTime() - DAY_MS).toISOString().slice(0, 10))

/** Makes the files of the sample known, all but the last day's, or those too. */
async function link(which: (name: string) => boolean): Promise<void> {
  await mkdir(folders.known, { recursive: true })
  for (const name of await readdir(folders.sample)) {
    if (name.endsWith(format) && which(name))
      await symlink(join(folders.sample, name), join(folders.known, name))
  }
}

interface Measured {
  seconds: number
  /** Of all threads: what others do on the machine hardly moves it. */
  cpuSeconds: number
  peakMb: number
  found: number
}

async function measure(step: Step): Promise<Measured> {
  const began = performance.now()
  const found = await step.work()
  const seconds = (performance.now() - began) / 1000
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  // Node gives microseconds and KiB.
  return { seconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, found, peakMb: maxRSS / 1024 }
}

function inProcess({ name }: Step): Measured {
  const args = Object.entries(options).flatMap(([key, value]) =>
    value === undefined ? [] : [`--${key}`, value],
  )
  const child = spawnSync(process.execPath, [import.meta.filename, ...args, '--step', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (child.status !== 0) throw new Error(`the step ${name} failed`)
  return JSON.parse(child.stdout) as Measured // written by `measure` above
}

async function bench(): Promise<void> {
  await makeSample()
  await rm(folders.known, { recursive: true, force: true })
  await rm(folders.data, { recursive: true, force: true })
  await link(name => !lastDay(name))
  const results = new Map<string, Measured>()
  const table = new Table({
    head: ['', 's', 'cpu s', 'cpu x scan', 'cpu x full', 'peak MB', 'found'],
    style: { head: [], border: [] },
  })
  for (const step of STEPS) {
    if (step.name === 'day') await link(lastDay)
    const result = inProcess(step)
    results.set(step.name, result)
    const times = (name: string) => {
      const base = results.get(name)
      return base === undefined ? '' : (result.cpuSeconds / base.cpuSeconds).toFixed(2)
    }
    table.push([
      step.what,
      result.seconds.toFixed(2),
      result.cpuSeconds.toFixed(2),
      times('scan'),
      times('full'),
      result.peakMb.toFixed(0),
      result.found,
    ])
  }
  console.log(`${options.signals} signals, ${options.accounts} accounts, ${options.days} days, ${format}`)
  console.log(table.toString())
}

const own = STEPS.find(({ name }) => name === options.step)
if (own === undefined) await bench()
else console.log(JSON.stringify(await measure(own)))
