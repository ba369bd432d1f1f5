import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { CrmName } from '../project/sandboxes.ts'
import { type BenchCrm, startCrm } from './bench-crm.ts'
import { type OqlRun, runOql } from './run-oql.ts'
import { AS_OF, companiesOf, writeConfig, writeMoreSignals, writeSignals } from './sync-workload.ts'

/**
 * What a sync costs in calls of a CRM, seconds and memory: a first run, a second one without anything new, one in which
 * 1 % of the accounts changed. Each run is a process of its own; the sandbox stands in this one.
 * Usage: npm run bench:sync -- [--crm hubspot|salesforce] [--accounts N] [--companies N] [--ambiguous N] [--unlimited]
 */
const { values } = parseArgs({
  options: {
    crm: { type: 'string', default: 'hubspot' },
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

const name = crmNamed(values.crm)

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
const companies = companiesOf(workload)
const crm = await startCrm(name, { unlimited: values.unlimited, companies })
try {
  const signals = path.join(directory, 'signals')
  await writeSignals(signals, workload)
  const mapping = path.resolve(import.meta.dirname, `../../mappings/${name}.yaml`)
  const config = await writeConfig(directory, mapping, name)
  const oql = (...args: string[]) => runOql([...args, '--config', config, '--json'], crm.env)
  expectDone(await oql('setup', name, '--yes'))
  const sync = () => oql('sync', '--as-of', AS_OF)
  const rows = [row('first', await sync(), crm), row('nothing new', await sync(), crm)]
  const changed = Math.ceil(workload.accounts / 100)
  await writeMoreSignals(signals, changed, workload)
  rows.push(row(`${changed} changed`, await sync(), crm))
  console.log(
    `${workload.accounts} accounts, ${companies.length} companies in the CRM, ${workload.ambiguous} ambiguous`,
  )
  console.log(`floor of reads: ${Math.ceil(companies.length / crm.page)} to read all companies once`)
  console.table(rows)
  console.log('answers by status, last run and before:', JSON.stringify(crm.answers()))
} finally {
  await crm.close()
  await rm(directory, { recursive: true })
}

function row(run: string, done: OqlRun, { batch }: BenchCrm): Row {
  expectDone(done)
  const report = JSON.parse(done.stdout).connectors[name]
  return {
    run,
    reads: report.calls.read,
    writes: report.calls.write,
    'floor of writes': Math.ceil(report.updated / batch) + Math.ceil(report.created / batch),
    matched: report.matched,
    ambiguous: report.ambiguous,
    created: report.created,
    updated: report.updated,
    unchanged: report.unchanged,
    seconds: done.seconds.toFixed(1),
    'peak MB': Math.round(done.peakMb),
  }
}

function expectDone({ code, stderr, stdout }: OqlRun): void {
  if (code !== 0) throw new Error(`oql ended with ${code}\n${stdout}\n${stderr}`)
}

function crmNamed(text: string): CrmName {
  if (text === 'hubspot' || text === 'salesforce') return text
  throw new Error(`--crm ${text} is neither hubspot nor salesforce`)
}
