import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startOql } from '../project/start-oql.ts'
import { type LeadsCrm, startLeadsCrm } from './leads-crm.ts'
import { DESERVING, ENDED, PEOPLES, STRANGERS, writeLeadsProject, writeUses } from './leads-workload.ts'
import { runOql } from './run-oql.ts'
import { AS_OF } from './sync-workload.ts'

/**
 * 500 accounts that deserve a lead: 200 at which nobody is known, 50 with an open lead that people made, 50 whose lead
 * of ours was ended. `kill -9` in the middle of runs, again and again, then one run to the end: afterwards no account
 * may have two leads of ours, and each has one that can.
 * Usage: npm run bench:leads -- [--crm hubspot|salesforce] [--kills N]
 */
const { values } = parseArgs({
  options: { crm: { type: 'string', default: 'hubspot' }, kills: { type: 'string', default: '10' } },
})
const name = values.crm
if (name !== 'hubspot' && name !== 'salesforce') throw new Error(`--crm ${name} is neither`)

/** How long the sandbox takes for a write, so that there is a middle to be killed in. */
const WRITE_MS = 150

/** A run that has nothing left to write ends by itself: nobody waits longer for its first write. */
const PATIENCE_MS = 60_000

const kills = Number(values.kills)

const directory = await mkdtemp(path.join(tmpdir(), 'oql-bench-leads-'))
const crm = await startLeadsCrm(name)
try {
  await bench(crm)
} finally {
  await crm.close()
  await rm(directory, { recursive: true })
}

async function bench(crm: LeadsCrm): Promise<void> {
  const config = await writeLeadsProject(directory, crm)
  await writeUses(directory, 'ended', ENDED)
  const oql = async (...args: string[]) => {
    const run = await runOql([...args, '--config', config, '--json'], crm.env)
    if (run.code !== 0) throw new Error(`oql ${args[0]} ended with ${run.code}\n${run.stdout}\n${run.stderr}`)
    return JSON.parse(run.stdout)
  }
  await oql('setup', crm.name, '--yes')
  // Leads of ours that people end before the others come to deserve one.
  await oql('sync', '--as-of', AS_OF)
  crm.endLeads()
  crm.addLeadsOfPeople(PEOPLES)

  crm.slowWrites(WRITE_MS)
  crm.resetCounters()
  const args = ['sync', '--as-of', AS_OF, '--config', config, '--json']
  let reached = 0
  const others = DESERVING.filter(domain => !ENDED.includes(domain))
  for (let n = 0; n < kills; n++) {
    // Each run has work: some accounts more than the one before.
    await writeUses(
      directory,
      `${n}`,
      others.filter((_, index) => index % kills === n),
    )
    reached += await killInTheMiddle(args, crm)
  }
  if (kills === 0) await writeUses(directory, 'all', others)
  const { connectors } = await oql('sync', '--as-of', AS_OF)
  const report = connectors[crm.name]
  const keys = crm.keys()
  const made = new Set(keys)
  const can = DESERVING.filter(
    domain => !PEOPLES.includes(domain) && !(crm.needsPerson && STRANGERS.includes(domain)),
  )
  const twice = keys.length - made.size + [...made].filter(key => !key.endsWith('#1')).length
  const missing = can.filter(domain => !made.has(`${domain}#1`)).length
  const tooMany = made.size - can.length + missing
  console.table({
    'accounts that deserve a lead': DESERVING.length,
    kills,
    'runs that had written when they were killed': reached,
    'leads of ours, the ended ones included': keys.length,
    twice,
    missing,
    'made where none should be': tooMany,
    'written after they were ended': crm.writtenAfterEnd(),
    'calls of all runs': crm.calls(),
    'calls of the last run': `${report.calls.read} reads, ${report.calls.write} writes`,
  })
  console.log('the last report:', JSON.stringify(report.leads), JSON.stringify(report.problems))
  if (twice + missing + tooMany + crm.writtenAfterEnd() > 0) process.exitCode = 1
}

/** At its first write, or as long after it as a run takes for its accounts and its leads. */
async function killInTheMiddle(args: readonly string[], crm: LeadsCrm): Promise<number> {
  const before = crm.writes()
  const child = startOql(args, crm.env)
  const deadline = performance.now() + PATIENCE_MS
  while (!child.hasEnded() && crm.writes() === before && performance.now() < deadline) await delay(2)
  await Promise.race([child.ended, delay(Math.random() * 4 * WRITE_MS)])
  child.kill()
  await child.ended
  return crm.writes() > before ? 1 : 0
}
