import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, escapeIdentifier } from 'pg'
import { createHubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import { createSalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'
import type { StatePlace } from '../../src/state/database/location.ts'
import { configOf, type Replica, writeProject } from './replica-project.ts'
import { runOql } from './run-oql.ts'

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts')
/** How often a look is taken at what another process does. */
const LOOK_MS = 5

/** A request that the receiver took. */
export interface Told {
  id: string
  channel: string
  domain: string
  direction: string
  since: string
}

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** A process of one replica. */
export interface Running {
  child: ChildProcess
  /** What it wrote to stderr so far. */
  log(): string
  ended: Promise<Ended>
}

export type World = Awaited<ReturnType<typeof newWorld>>

/** Both CRMs and a receiver, each slow to answer, so that there is a middle; and two replicas over one state. */
export async function newWorld(state: StatePlace, slowMs: { crm: number; receiver: number }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-replicas-'))
  const hubspot = await createHubSpotSandbox({ unlimited: true })
  const salesforce = await createSalesforceSandbox({ unlimited: true })
  const receiver = await slowReceiver(slowMs.receiver)
  const env = {
    HUBSPOT_TOKEN: hubspot.token,
    HUBSPOT_BASE_URL: hubspot.url,
    SF_LOGIN_URL: salesforce.url,
    SF_CLIENT_ID: salesforce.credentials.clientId,
    SF_CLIENT_SECRET: salesforce.credentials.clientSecret,
  }
  await writeProject(folder, state, receiver.url)
  for (const name of ['hubspot', 'salesforce']) {
    const { code, stderr } = await runOql(['setup', name, '--yes', '--config', configOf(folder, 'a')], env)
    if (code !== 0) throw new Error(`setup ${name} ended with ${code}\n${stderr}`)
  }
  const crms = { hubspot: hubspot.control, salesforce: salesforce.control }
  // Half of the answers are late, and half of the changes themselves: those come in while their sender is frozen.
  const slow = { kind: 'slow', delayMs: slowMs.crm } as const
  for (const control of Object.values(crms)) {
    control.fault({ trouble: { ...slow, at: 'before_commit' }, kind: 'write', every: 2 })
    control.fault({ trouble: { ...slow, at: 'after_commit' }, kind: 'write', every: 1 })
  }
  const writes = () => hubspot.control.counters().write + salesforce.control.counters().write
  const tasks = () => hubspot.control.records('tasks').length + salesforce.control.records('Task').length
  const telling = () => receiver.told.length
  const lease = `${escapeIdentifier(state.schema)}.lease`
  const start = (args: readonly string[]): Running =>
    follow(
      spawn(process.execPath, [MAIN, ...args], {
        env: { ...process.env, ...env, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
  return {
    folder,
    crms,
    told: receiver.told,
    /** Writes that came in at the CRMs, tasks made, and webhooks taken: what a disturbance waits for. */
    progress: { writing: writes, tasking: tasks, telling, any: () => writes() + telling() },
    sync: (replica: Replica, asOf: string): Running =>
      start(['sync', '--yes', '--json', '--as-of', asOf, '--config', configOf(folder, replica)]),
    serve: (replica: Replica): Running => start(['serve', '--config', configOf(folder, replica)]),
    /** The process that holds the lease; null where nobody does. */
    async holder(): Promise<number | null> {
      const [row] = await query(state.url, `select pid::int from ${lease} where session is not null`)
      return typeof row?.pid === 'number' ? row.pid : null
    },
    /** Nobody was heard of for a minute, as far as the lease is concerned. */
    ageLease: () =>
      query(state.url, `update ${lease} set renewed_at = clock_timestamp() - interval '60 seconds'`),
    close: async () => {
      await Promise.all([hubspot.close(), salesforce.close(), receiver.close()])
      await rm(folder, { recursive: true })
    },
  }
}

function follow(child: ReturnType<typeof spawn>): Running {
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', chunk => out.push(chunk))
  child.stderr?.on('data', chunk => err.push(chunk))
  const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString('utf8')
  const ended = new Promise<Ended>(resolve =>
    child.on('close', code => resolve({ code, stdout: text(out), stderr: text(err) })),
  )
  return { child, log: () => text(err), ended }
}

/** Waits until `count` has gone up by so many. @returns false where the process ended before */
export async function reaches({ child }: Running, count: () => number, by = 1): Promise<boolean> {
  const wanted = count() + by
  while (count() < wanted) {
    if (child.exitCode !== null || child.signalCode !== null) return false
    await delay(LOOK_MS)
  }
  return true
}

/** Takes what comes, and answers late. */
async function slowReceiver(slowMs: number) {
  const told: Told[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { domain, direction, stageSince } = JSON.parse(Buffer.concat(chunks).toString('utf8')).data
      const id = String(request.headers['webhook-id'])
      told.push({ id, channel: String(request.url), domain, direction, since: stageSince })
      setTimeout(() => response.writeHead(204).end(), slowMs)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's is one
  return {
    told,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
