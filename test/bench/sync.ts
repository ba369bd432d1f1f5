import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createHubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import { type OqlRun, runOql } from './run-oql.ts'
import { AS_OF, companiesOf, writeConfig, writeMoreSignals, writeSignals } from './sync-workload.ts'

/**
 * What a sync costs in HubSpot calls, seconds and memory: a first run, a second one without anything new, one in which
 * 1 % of the accounts changed. Each run is a process of its own; the sandbox stands in this one.
 * Usage: npm run bench:sync -- [--accounts N] [--companies N] [--ambiguous N] [--unlimited]
 */
const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '3000' },
    companies: { type: 'string', default: '10000' },
    ambiguous: { type: 'string', default: '300' },
    unlimited: { type: 'boolean', default: false },
  },
})
const workload = {
  accounts: Number(values.accounts),
  companies: Number(values.companies),
  ambiguous: Number(values.ambiguous),
}

/** The CRM is older than the first sync: its records are no news to it. */
const MADE_BEFORE = '2026-01-15T08:00:00Z'

interface Row {
  run: string
  reads: number
  writes: number
  'floor of writes': number
  matched: number
  ambiguous: number
  created: number
  updated: number
  unchanged: number
  seconds: string
  'peak MB': number
}

const directory = await mkdtemp(path.join(tmpdir(), 'oql-bench-sync-'))
const companies = companiesOf(workload).map(company => ({ ...company, createdate: MADE_BEFORE }))
const sandbox = await createHubSpotSandbox({ unlimited: values.unlimited, companies })
const env = { HUBSPOT_TOKEN: sandbox.token, HUBSPOT_BASE_URL: sandbox.url }
try {
  const signals = path.join(directory, 'signals')
  await writeSignals(signals, workload)
  const mapping = path.resolve(import.meta.dirname, '../../mappings/hubspot.yaml')
  const config = await writeConfig(directory, mapping)
  const oql = (...args: string[]) => runOql([...args, '--config', config, '--json'], env)
  expectDone(await oql('setup', 'hubspot', '--yes'))
  const sync = () => oql('sync', '--as-of', AS_OF)
  const rows = [row('first', await sync()), row('nothing new', await sync())]
  const changed = Math.ceil(workload.accounts / 100)
  await writeMoreSignals(signals, changed, workload)
  rows.push(row(`${changed} changed`, await sync()))
  console.log(
    `${workload.accounts} accounts, ${companies.length} companies in the CRM, ${workload.ambiguous} ambiguous`,
  )
  console.log(`floor of reads: ${Math.ceil(companies.length / 100)} to read all companies once`)
  console.table(rows)
  console.log('answers by status, last run and before:', JSON.stringify(sandbox.control.counters().byStatus))
} finally {
  await sandbox.close()
  await rm(directory, { recursive: true })
}

function row(run: string, done: OqlRun): Row {
  expectDone(done)
  const { hubspot } = JSON.parse(done.stdout).connectors
  return {
    run,
    reads: hubspot.calls.read,
    writes: hubspot.calls.write,
    'floor of writes': Math.ceil(hubspot.updated / 100) + Math.ceil(hubspot.created / 100),
    matched: hubspot.matched,
    ambiguous: hubspot.ambiguous,
    created: hubspot.created,
    updated: hubspot.updated,
    unchanged: hubspot.unchanged,
    seconds: done.seconds.toFixed(1),
    'peak MB': Math.round(done.peakMb),
  }
}

function expectDone({ code, stderr, stdout }: OqlRun): void {
  if (code !== 0) throw new Error(`oql ended with ${code}\n${stdout}\n${stderr}`)
}
