import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createHubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import { startOql } from '../project/start-oql.ts'
import { runOql } from './run-oql.ts'
import { AS_OF, companiesOf, writeConfig, writeMoreSignals, writeSignals } from './sync-workload.ts'

/**
 * `kill -9` at random moments of a first sync, again and again, then one run to the end: afterwards the CRM must hold
 * every account once, with all its fields, as a CRM does whose sync was never killed.
 * Usage: npm run bench:kill -- [--kills N] [--accounts N]
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, accounts: { type: 'string', default: '10000' } },
})
const kills = Number(values.kills)
const workload = { accounts: Number(values.accounts), companies: Number(values.accounts) / 2, ambiguous: 20 }

async function finalCrm(times: number) {
  const directory = await mkdtemp(path.join(tmpdir(), 'oql-bench-kill-'))
  const sandbox = await createHubSpotSandbox({ unlimited: true, companies: companiesOf(workload) })
  const env = { HUBSPOT_TOKEN: sandbox.token, HUBSPOT_BASE_URL: sandbox.url }
  try {
    await writeSignals(path.join(directory, 'signals'), workload)
    await writeMoreSignals(path.join(directory, 'signals'), Math.floor(workload.accounts / 10), workload)
    const config = await writeConfig(
      directory,
      path.resolve(import.meta.dirname, '../../mappings/hubspot.yaml'),
    )
    await runOql(['setup', 'hubspot', '--yes', '--config', config, '--json'], env)
    const args = ['sync', '--as-of', AS_OF, '--config', config, '--json']
    sandbox.control.fault({ trouble: { kind: 'slow', delayMs: WRITE_MS }, kind: 'write', every: 1 })
    // How long a whole run takes here, so that the moments fall inside it.
    const whole = times === 0 ? 0 : await trial(directory, env)
    let reached = 0
    for (let n = 0; n < times; n++) reached += await killAfter(args, env, Math.random() * whole, sandbox)
    const last = await runOql(args, env)
    if (last.code !== 0)
      throw new Error(`the last run ended with ${last.code}\n${last.stdout}\n${last.stderr}`)
    const companies = sandbox.control.records('companies').map(record => record.properties)
    const byKey = new Map(
      companies.flatMap(c => (c.oql_domain === undefined ? [] : [[c.oql_domain, ours(c)] as const])),
    )
    return { kills: times, reached, companies, byKey }
  } finally {
    await sandbox.close()
    await rm(directory, { recursive: true })
  }
}

/** One kill in four comes at any moment before the CRM is reached, the others while changes are on their way to it. */
async function moment(
  seconds: number,
  sandbox: Awaited<ReturnType<typeof createHubSpotSandbox>>,
): Promise<void> {
  const atAnyTime = Math.random() < 0.25
  if (atAnyTime) return delay(seconds * 1000 * BEFORE_CRM)
  const deadline = performance.now() + seconds * 1000
  while (sandbox.control.counters().write === 0 && performance.now() < deadline) await delay(5)
  return delay(Math.random() * WRITE_MS)
}

/** The first part of a run, which scores and reads. */
const BEFORE_CRM = 0.4

/** How long the sandbox takes for a write, so that there is a middle to be killed in. */
const WRITE_MS = 200

/** What we write to a company, as one text to compare. */
function ours(properties: Record<string, string>): string {
  const written = Object.entries(properties).filter(
    ([name]) => name.startsWith('oql_') || name === 'name' || name === 'domain',
  )
  return JSON.stringify(written.sort())
}

/** The seconds of a whole first run, against a CRM of its own. */
async function trial(directory: string, env: Record<string, string>): Promise<number> {
  const sandbox = await createHubSpotSandbox({ unlimited: true, companies: companiesOf(workload) })
  try {
    const config = await writeConfig(
      directory,
      path.resolve(import.meta.dirname, '../../mappings/hubspot.yaml'),
    )
    const own = { ...env, HUBSPOT_BASE_URL: sandbox.url }
    await runOql(['setup', 'hubspot', '--yes', '--config', config, '--json'], own)
    const run = await runOql(['sync', '--as-of', AS_OF, '--config', config, '--json'], own)
    for (const file of ['state.db', 'state.db-wal', 'state.db-shm'])
      await rm(path.join(directory, file), { force: true })
    return run.seconds
  } finally {
    await sandbox.close()
  }
}

/** @returns 1 where the run had written to the CRM when it was killed, else 0 */
async function killAfter(
  args: readonly string[],
  env: Record<string, string>,
  seconds: number,
  sandbox: Awaited<ReturnType<typeof createHubSpotSandbox>>,
): Promise<number> {
  sandbox.control.resetCounters()
  const child = startOql(args, env)
  await Promise.race([child.ended, moment(seconds, sandbox)])
  child.kill()
  await child.ended
  return sandbox.control.counters().write > 0 ? 1 : 0
}

const killed = await finalCrm(kills)
const undisturbed = await finalCrm(0)

const twice =
  killed.companies.length - new Set(killed.companies.map(c => c.oql_domain ?? c.hs_object_id)).size
const missing = undisturbed.byKey.keys().filter(key => !killed.byKey.has(key))
const different = undisturbed.byKey.entries().filter(([key, fields]) => killed.byKey.get(key) !== fields)
console.table({
  kills: killed.kills,
  'runs that reached the CRM before their end': killed.reached,
  'accounts in the CRM': killed.byKey.size,
  'accounts twice': twice,
  'accounts missing': missing.toArray().length,
  'accounts with other fields than without kills': different.toArray().length,
})
if (twice > 0 || killed.byKey.size !== undisturbed.byKey.size) process.exitCode = 1
