import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { newCrm } from '../../reference-connector/crm.ts'
import { newReceiver, type Receiver } from './receiver.ts'
import { serveCrm } from './remote-crm/server.ts'

const MAIN = path.resolve(import.meta.dirname, '../../../src/cli/main.ts')
const REMOTE = import.meta.resolve('./remote-crm/index.ts')
const DOMAINS = Array.from({ length: 60 }, (_, n) => `company${String(n).padStart(2, '0')}.com`)
const KILLS_EACH = 4

/** A project of its own, for processes of their own. */
async function project(receiver: Receiver) {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-real-kills-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const crm = newCrm(randomUUID(), () => Date.now())
  const server = await serveCrm(crm)
  onTestFinished(() => server.close())
  await writeFile(
    path.join(folder, 'oql.yaml'),
    `version: 1
store: { sources: [{ name: signals, type: files, format: canonical, path: ./*.csv }] }
data: ./data
state: { url: "sqlite:./state.db" }
connectors:
  crm: { use: ${JSON.stringify(REMOTE)}, mapping: ./mapping.yaml, config: { url: "${server.url}" } }
notify:
  - { name: hook, use: webhook, url: "${receiver.url}", allow_private: true }
`,
  )
  await writeFile(
    path.join(folder, 'mapping.yaml'),
    `object: companies
match: { by: domain }
create: { when: {} }
fields: [ { from: stage, to: stage }, { from: domain, to: domain, write: on_create } ]
on_stage_change: [ { task: { when: {} } } ]
`,
  )
  const signals = (day: string, domains: readonly string[]) =>
    writeFile(
      path.join(folder, `${day}.csv`),
      [
        'id,occurred_at,kind,type,account_domain,artifact,version',
        ...domains.map(domain => `${domain}/${day},${day}T10:00:00Z,download,pull,${domain},server,latest`),
        '',
      ].join('\n'),
    )
  const sync = (asOf: string) => {
    const child = spawn(
      process.execPath,
      [MAIN, 'sync', '--yes', '--json', '--as-of', asOf, '--config', path.join(folder, 'oql.yaml')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const out: Buffer[] = []
    child.stdout.on('data', chunk => out.push(chunk))
    const ended = new Promise<void>(resolve => child.on('close', () => resolve()))
    return {
      child,
      ended,
      report: async () => {
        await ended
        return JSON.parse(Buffer.concat(out).toString('utf8'))
      },
    }
  }
  return { crm, signals, sync }
}

it('kill -9 at random moments: each change is told at least once under one id, in order, and its task is made once', async () => {
  const receiver = await newReceiver()
  let failing = true
  receiver.answer = (_, n) =>
    failing && n % 10 < 3 ? (n % 10 === 2 ? { status: 500 } : 'reset') : { status: 200 }
  const { crm, signals, sync } = await project(receiver)
  await signals('2026-06-01', ['known.com'])
  await sync('2026-06-02').report()

  const phases = [
    { asOf: '2026-06-10', direction: 'first', told: () => signals('2026-06-09', DOMAINS) },
    { asOf: '2026-09-01', direction: 'down', told: async () => undefined },
    { asOf: '2026-09-10', direction: 'back', told: () => signals('2026-09-09', DOMAINS) },
  ]
  for (const { asOf, told } of phases) {
    await told()
    failing = true
    for (let kill = 0; kill < KILLS_EACH; kill++) {
      const { child, ended } = sync(asOf)
      const before = receiver.requests.length + crm.made.length
      const hasTold = () => receiver.requests.length + crm.made.length > before
      // Half of them as soon as something is told, the others at any moment.
      if (kill % 2 === 0) while (!hasTold() && child.exitCode === null) await delay(2)
      await Promise.race([ended, delay(Math.random() * (kill % 2 === 0 ? 40 : 2_000))])
      child.kill('SIGKILL')
      await ended
    }
    failing = false
    for (let run = 0; run < 20; run++) if ((await sync(asOf).report()).notices.pending === 0) break
  }

  const told = new Map<string, string[]>()
  const ids = new Map<string, Set<string>>()
  for (const { body, headers } of receiver.requests.filter(({ isTaken }) => isTaken)) {
    const { domain, direction } = JSON.parse(body).data
    const moves = told.get(domain) ?? []
    if (!moves.includes(direction)) told.set(domain, [...moves, direction])
    const change = `${domain} ${direction}`
    ids.set(change, (ids.get(change) ?? new Set()).add(String(headers['webhook-id'])))
  }
  for (const domain of DOMAINS)
    expect([domain, told.get(domain)]).toEqual([domain, ['first', 'down', 'back']])
  expect([...ids.values()].filter(some => some.size > 1)).toEqual([])
  const tasks = crm.made.map(({ id }) => id)
  expect(new Set(tasks).size).toBe(tasks.length)
  const perRecord = Map.groupBy(crm.made, made => ('record' in made ? made.record.remoteId : 'none'))
  expect(DOMAINS.length * phases.length).toBe(
    [...perRecord.values()].filter(made => made.length === 3).length * 3,
  )
})
