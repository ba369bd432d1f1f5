import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { createHubSpotSandbox, type HubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import { initFiles } from '../../src/config/init/init-files.ts'

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

/** What a command came to. */
interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** A working directory with a config of one's own, signals, and a sandbox to write to. */
export interface Place {
  directory: string
  sandbox: HubSpotSandbox
  /** Runs a command to its end. */
  oql(...args: string[]): Promise<Ended>
  /** Runs a command that must do all it was asked for, with --json. */
  json<T = unknown>(...args: string[]): Promise<T>
  start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> }
  /** Writes a file below the directory. */
  write(file: string, text: string): Promise<void>
  read(file: string): Promise<string>
  /** Changes a file below the directory. Throws where `from` is not in it. */
  change(file: string, from: string, to: string): Promise<void>
}

/** The moment that all of these signals are before. */
export const AS_OF = '2025-06-02'

const HEAD = 'id,occurred_at,kind,account_domain,account_name,artifact,version,url,actor_id,country\n'

/** One signal of a company, `days` before AS_OF. */
function signal(domain: string, kind: 'view' | 'download', days: number, artifact = 'server'): string {
  const time = new Date(Date.parse(AS_OF) - days * 86_400_000 + 36_000_000).toISOString()
  const url = kind === 'view' ? 'https://docs.example.org/guide' : ''
  const name = domain.split('.')[0]
  return `${domain}-${kind}-${days}-${artifact},${time},${kind},${domain},${name},${artifact},1.2.3,${url},${domain}-1,DE\n`
}

const each = (days: readonly number[], of: (day: number) => string): string => days.map(of).join('')

/** acme and twins use it, gamma uses the enterprise artifact daily, beta reads one page. */
const SIGNALS =
  HEAD +
  each([3, 10, 17, 24, 31, 38, 45, 52], day => signal('acme.com', 'download', day)) +
  each([4, 5], day => signal('acme.com', 'view', day)) +
  each([3, 10, 17], day => signal('twins.com', 'download', day)) +
  each(
    Array.from({ length: 30 }, (_, day) => day + 1),
    day => signal('gamma.dev', 'download', day, 'enterprise'),
  ) +
  signal('beta.io', 'view', 6)

/** acme and twins are in the CRM, twins twice. */
const COMPANIES = [
  { name: 'Acme', domain: 'www.acme.com' },
  { name: 'Twins', domain: 'twins.com' },
  { name: 'Twins (old)', domain: 'twins.com' },
]

export const TOKEN = 'pat-na1-e2e-never-to-be-seen'

export async function newPlace(signals = SIGNALS): Promise<Place> {
  const directory = await mkdtemp(path.join(tmpdir(), 'oql-e2e-'))
  const sandbox = await createHubSpotSandbox({ token: TOKEN, companies: COMPANIES })
  onTestFinished(async () => {
    await sandbox.close()
    await rm(directory, { recursive: true, force: true })
  })
  const place = placeIn(directory, sandbox)
  for (const [file, content] of await initFiles(directory)) await place.write(file, content)
  await place.write('data/signals.csv', signals)
  await place.change('config/oql.yaml', SAMPLE_SOURCE, OWN_SOURCE)
  return place
}

const SAMPLE_SOURCE =
  'name: scarf, type: files, format: scarf_events, path: "../.oql/sample/*.csv.gz", types: { ping: telemetry }'
const OWN_SOURCE = 'name: own, type: files, format: canonical, path: "../data/*.csv"'

function placeIn(directory: string, sandbox: HubSpotSandbox): Place {
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: directory,
      env: { PATH: process.env.PATH, HUBSPOT_TOKEN: TOKEN, HUBSPOT_BASE_URL: sandbox.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { child, ended: end(child) }
  }
  const oql = (...args: string[]) => start(...args).ended
  const write = async (file: string, content: string) => {
    const whole = path.resolve(directory, file)
    await mkdir(path.dirname(whole), { recursive: true })
    await writeFile(whole, content)
  }
  const read = (file: string) => readFile(path.join(directory, file), 'utf8')
  return {
    directory,
    sandbox,
    read,
    oql,
    start,
    write,
    async json<T>(...args: string[]) {
      const { code, stdout, stderr } = await oql(...args, '--json')
      if (code !== 0) throw new Error(`oql ${args.join(' ')} ended with ${code}:\n${stderr}`)
      return JSON.parse(stdout) as T // what it must be is what the test goes on to look at
    },
    async change(file, from, to) {
      const before = await read(file)
      if (!before.includes(from)) throw new Error(`${file} does not hold ${from}`)
      await write(file, before.replace(from, to))
    },
  }
}

async function end(child: ChildProcess): Promise<Ended> {
  if (child.stdout === null || child.stderr === null) throw new Error('its streams are not piped')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed(child)])
  return { code: child.exitCode, stdout, stderr }
}

const closed = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
}
