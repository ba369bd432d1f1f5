import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { SessionFault } from '../../../src/contract/faults.ts'
import { EXIT } from '../../../src/domain/errors.ts'
import { parseAsOf } from '../../../src/run/as-of.ts'
import type { RunReport } from '../../../src/run/sync/report.ts'
import { acquireLease } from '../../../src/state/lease/lease.ts'
import { type MemoryProject, memoryProject, NOW, onlyCrm } from '../../project/memory-project.ts'

const CREATE = 'create: { when: {} }'
const many = Array.from({ length: 30 }, (_, n) => `company${String(n).padStart(2, '0')}.com`)

/** One that used the product on one day: investigation from then on, inactive sixty days later. */
async function used(...domains: string[]): Promise<MemoryProject> {
  const project = await memoryProject(['crm'], { mapping: CREATE })
  await project.signals('2026-06-02', ...domains)
  return project
}

const runsOf = (project: MemoryProject) => project.inState(state => state.runs.list(10))
const accountsOf = (project: MemoryProject) =>
  project.inState(state => Array.fromAsync(state.accounts.byDomain()))

/** Every account ends in just one number of a connector's report. */
function sumOf({ connectors }: RunReport, name = 'crm'): number {
  const report = connectors[name]
  if (report === undefined) throw new Error(`no connector ${name}`)
  const { created, updated, unchanged, shared, skipped, ambiguous, rejected } = report
  return created + updated + unchanged + shared + skipped + ambiguous + rejected
}

describe('the report', () => {
  it('adds up: every account is somewhere, and only once', async () => {
    const project = await memoryProject(['crm'], {
      mapping: 'create: { when: { domain: [made.com, bad.com] } }',
    })
    const crm = onlyCrm(project)
    for (const domain of ['linked.com', 'twice.com', 'twice.com']) crm.add({ domain })
    crm.add({ domain: 'one.com', more_domains: 'two.com' })
    crm.poisoned = ({ oql_key: key }) => (key === 'bad.com' ? { kind: 'invalid', message: 'no' } : undefined)
    const domains = ['linked.com', 'twice.com', 'one.com', 'two.com', 'made.com', 'bad.com', 'absent.com']
    await project.signals('2026-06-02', ...domains)

    const first = await project.sync('2026-06-09')
    expect(first.accounts).toMatchObject({ scored: 7, byStage: { investigation: 7 }, retired: 0 })
    expect(first.stageChanges).toEqual({ total: 7, byMove: { 'none→investigation': 7 } })
    expect(first.connectors.crm).toMatchObject({
      matched: 3,
      created: 1,
      updated: 2,
      unchanged: 0,
      shared: 1,
      skipped: 1,
      ambiguous: 1,
      rejected: 1,
      linked: 4,
    })
    expect(sumOf(first)).toBe(first.accounts.scored)

    const second = await project.sync('2026-06-10')
    expect(second.connectors.crm).toMatchObject({
      status: 'ok',
      unchanged: 3,
      skipped: 2,
      calls: { write: 0 },
    })
    expect(second.stageChanges.total).toBe(0)
    expect(sumOf(second)).toBe(second.accounts.scored)
  })

  it.each([
    ['ok', [], []],
    ['partial', ['one'], []],
    ['failed', ['one', 'two'], []],
    ['partial', [], ['one']],
  ] as const)(
    'is %s where connectors %j fail and %j have a record refused',
    async (status, failing, refusing) => {
      const project = await memoryProject(['one', 'two'], { mapping: CREATE })
      await project.signals('2026-06-02', 'acme.com', 'beta.com')
      for (const [name, crm] of Object.entries(project.crms)) {
        if (failing.some(each => each === name)) {
          crm.beforeRead = () => ({ kind: 'throws', error: new SessionFault('auth', 'not let in') })
        }
        if (refusing.some(each => each === name)) {
          crm.poisoned = ({ oql_key: key }) =>
            key === 'acme.com' ? { kind: 'invalid', message: 'no' } : undefined
        }
      }
      const report = await project.sync('2026-06-09')
      expect(report.status).toBe(status)
      const [run] = await runsOf(project)
      expect(run).toMatchObject({ status, report: JSON.parse(JSON.stringify(report)) })
      for (const name of ['one', 'two']) {
        const made = failing.some(each => each === name) ? 0 : refusing.some(each => each === name) ? 1 : 2
        expect(report.connectors[name]?.created).toBe(made)
      }
    },
  )
})

describe('the guard', () => {
  const GUARD = 'guard: { max_staleness: 3d, max_stage_moves: 20% }'

  it('stops a run over signals that are too old, before anything is remembered or written', async () => {
    const project = await memoryProject(['crm'], { mapping: CREATE, main: GUARD })
    await project.signals('2026-06-02', 'acme.com')
    await expect(project.sync('2026-06-09')).rejects.toMatchObject({
      exitCode: EXIT.failed,
      message: expect.stringMatching(/2026-06-02T10:00.*max_staleness \(3 days\)/),
      hint: expect.stringContaining('--yes'),
    })
    expect(await accountsOf(project)).toEqual([])
    expect(onlyCrm(project).requests).toEqual([])
    expect(await runsOf(project)).toMatchObject([{ status: 'failed', remembered: false }])
    expect((await project.sync('2026-06-09', { guarded: false })).connectors.crm?.created).toBe(1)
  })

  it('stops a run that would move more than its share of the accounts, and more than twenty', async () => {
    const project = await memoryProject(['crm'], { mapping: CREATE })
    await project.signals('2026-06-02', ...many)
    await project.sync('2026-06-09')
    const writes = onlyCrm(project).counts('write')
    await project.configure({ mapping: CREATE, main: 'guard: { max_stage_moves: 20% }' })

    await expect(project.sync('2026-08-10')).rejects.toThrow(
      '30 of 30 remembered accounts would change stage',
    )
    expect((await accountsOf(project)).every(({ stage }) => stage === 'investigation')).toBe(true)
    expect(onlyCrm(project).counts('write')).toBe(writes)
    expect(await project.inState(state => state.runs.lastAsOf())).toEqual(new Date('2026-06-09'))

    const report = await project.sync('2026-08-10', { guarded: false })
    expect(report.stageChanges.byMove).toEqual({ 'investigation→inactive': 30 })
    expect(report.connectors.crm?.updated).toBe(30)
  })

  it('lets a first run through: nobody moves who was not there', async () => {
    const project = await memoryProject(['crm'], { mapping: CREATE, main: 'guard: { max_stage_moves: 20% }' })
    await project.signals('2026-06-02', ...many)
    expect((await project.sync('2026-06-09')).stageChanges.byMove).toEqual({ 'none→investigation': 30 })
  })

  it('lets twenty moves through, whatever their share', async () => {
    const project = await memoryProject(['crm'], { mapping: CREATE, main: 'guard: { max_stage_moves: 20% }' })
    await project.signals('2026-06-02', ...many.slice(0, 20))
    await project.sync('2026-06-09')
    expect((await project.sync('2026-08-10')).stageChanges.total).toBe(20)
  })
})

describe('the moment of a run', () => {
  it('is not before the last one that remembered anything, and not in the future', async () => {
    const project = await used('acme.com')
    await project.sync('2026-06-09')
    await expect(project.sync('2026-06-08')).rejects.toMatchObject({ exitCode: EXIT.usage })
    await expect(project.plan('2026-06-08')).rejects.toMatchObject({ exitCode: EXIT.usage })
    await expect(project.sync('2027-06-09')).rejects.toMatchObject({ exitCode: EXIT.usage })
    await expect(project.plan('2027-06-09')).rejects.toMatchObject({ exitCode: EXIT.usage })
    expect(await project.sync('2026-06-09')).toMatchObject({ status: 'ok', stageChanges: { total: 0 } })
    expect(await runsOf(project)).toHaveLength(2)
  })

  it.each([
    ['2026-11-24', '2026-11-24T00:00:00Z'],
    ['2026-11-24T06:30:00', '2026-11-24T06:30:00Z'],
    ['2026-11-24 06:30', '2026-11-24T06:30:00Z'],
    ['2026-11-24T06:30:00+02:00', '2026-11-24T04:30:00Z'],
  ])('reads %s', (text, moment) => {
    expect(parseAsOf(text)).toEqual(new Date(moment))
  })

  it.each([
    'yesterday',
    '2026-13-01',
    '2026-02-30',
    '2026-02-30T06:00:00Z',
    '24.11.2026',
    '2026-11-24T25:00',
  ])('refuses %s', text => {
    expect(() => parseAsOf(text)).toThrow(expect.objectContaining({ exitCode: EXIT.usage }))
  })
})

describe('runs that did not end', () => {
  it('are marked failed by the next one, and what they planned is not sent', async () => {
    const project = await used('acme.com')
    await project.inState(state =>
      state.runs.begin({ id: 'dead', startedAt: NOW, asOf: NOW, model: { name: 'default', hash: '' } }),
    )
    await project.sync('2026-06-09')
    expect((await runsOf(project)).find(({ id }) => id === 'dead')).toMatchObject({
      status: 'failed',
      finishedAt: NOW,
    })
  })

  it('hold the next one up for no longer than their process lives', async () => {
    const project = await used('acme.com')
    const lease = await acquireLease(project.config().state.url, NOW)
    await expect(project.sync('2026-06-09')).rejects.toMatchObject({ exitCode: EXIT.leaseHeld })
    if (lease.status === 'acquired') await lease.release()
    expect(await project.sync('2026-06-09')).toMatchObject({ status: 'ok' })
  })

  it('because scoring failed say why', async () => {
    const project = await used('acme.com')
    await expect(
      project.sync('2026-06-09', { model: { ...project.config().model, windowDays: Number.NaN } }),
    ).rejects.toThrow()
    const [run] = await runsOf(project)
    expect(run).toMatchObject({ status: 'failed', report: { status: 'failed', error: expect.any(String) } })
  })
})

it('a state that was lost comes back from the CRM: no move is told again, and nothing is written', async () => {
  const project = await used('acme.com', 'beta.com')
  await project.sync('2026-06-09')
  const crm = onlyCrm(project)
  const before = crm.all().map(({ fields }) => ({ ...fields }))
  const writes = crm.counts('write')
  for (const file of await readdir(project.folder)) {
    if (file.startsWith('state.db')) await rm(path.join(project.folder, file))
  }

  const report = await project.sync('2026-06-16')
  expect(report).toMatchObject({ status: 'ok', stageChanges: { total: 0, byMove: {} } })
  expect(report.connectors.crm).toMatchObject({ linked: 2, matched: 2, created: 0, updated: 0, unchanged: 2 })
  expect(crm.counts('write')).toBe(writes)
  expect(crm.all().map(({ fields }) => fields)).toEqual(before)
  expect(await accountsOf(project)).toMatchObject([
    { domain: 'acme.com', stage: 'investigation', stageSince: new Date('2026-06-09') },
    { domain: 'beta.com', stage: 'investigation', stageSince: new Date('2026-06-09') },
  ])

  const moved = await project.sync('2026-08-10')
  expect(moved.stageChanges.byMove).toEqual({ 'investigation→inactive': 2 })
})

describe('accounts that the config leaves out', () => {
  const excluding = { mapping: CREATE, store: '  exclude: { domains: [acme.com] }' }

  it('are cleared in the CRM once, and then forgotten', async () => {
    const project = await used('acme.com', 'beta.com')
    await project.sync('2026-06-09')
    await project.configure(excluding)
    const report = await project.sync('2026-06-10')
    expect(report.accounts).toMatchObject({ scored: 1, retired: 1 })
    expect(report.connectors.crm).toMatchObject({
      status: 'ok',
      unchanged: 1,
      linked: 1,
      calls: { write: 1 },
    })
    expect(sumOf(report)).toBe(1)
    const [acme] = onlyCrm(project).all()
    expect(acme?.fields).toMatchObject({
      oql_key: null,
      stage: null,
      score: null,
      domain: 'acme.com',
      name: 'acme.com',
    })

    expect(await project.sync('2026-06-11')).toMatchObject({ accounts: { scored: 1, retired: 0 } })
  })

  it('are kept until their clearing is no longer refused, run after run', async () => {
    const project = await used('acme.com', 'beta.com')
    await project.sync('2026-06-09')
    await project.configure(excluding)
    const crm = onlyCrm(project)
    crm.poisoned = ({ stage }) =>
      stage === null ? { kind: 'invalid', message: 'stage is required' } : undefined
    expect(await project.sync('2026-06-10')).toMatchObject({
      status: 'partial',
      connectors: { crm: { rejected: 1 } },
    })
    const writes = crm.counts('write')
    expect(await project.sync('2026-06-11')).toMatchObject({ status: 'ok', accounts: { retired: 1 } })
    expect(crm.counts('write')).toBe(writes)
    expect(await project.inState(state => state.accounts.retiredOf(['acme.com']))).toEqual(
      new Set(['acme.com']),
    )

    crm.poisoned = () => undefined
    await project.inState(state => state.rejections.mark(['crm/acme.com'], 'retry'))
    await project.sync('2026-06-12')
    expect(crm.all()[0]?.fields).toMatchObject({ stage: null, oql_key: null })
    expect(await project.sync('2026-06-13')).toMatchObject({ accounts: { retired: 0 } })
  })

  it('are kept while a connector is out of the config, and cleared once it is back', async () => {
    const project = await memoryProject(['one', 'two'], { mapping: CREATE })
    await project.signals('2026-06-02', 'acme.com', 'beta.com')
    await project.sync('2026-06-09')
    const { one, two } = project.crms
    if (one === undefined || two === undefined) throw new Error('no CRMs')
    await project.configure(excluding, ['one'])
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: line => lines.push(line) })
    expect(await project.sync('2026-06-10', { log })).toMatchObject({ accounts: { retired: 1 } })
    expect(await project.sync('2026-06-11')).toMatchObject({ accounts: { retired: 1 } })
    expect(one.all()[0]?.fields).toMatchObject({ stage: null, oql_key: null })
    expect(lines.join()).toMatch(/"connector":"two","accounts":1.*not in the config/)

    await project.configure(excluding)
    expect(await project.sync('2026-06-12')).toMatchObject({ status: 'ok', accounts: { retired: 1 } })
    expect(two.all()[0]?.fields).toMatchObject({ stage: null, oql_key: null })
    expect(await project.sync('2026-06-13')).toMatchObject({ accounts: { retired: 0 } })
  })

  it('are kept while a CRM is down, and cleared just once in the one that is not', async () => {
    const project = await memoryProject(['one', 'two'], { mapping: CREATE })
    await project.signals('2026-06-02', 'acme.com', 'beta.com')
    await project.sync('2026-06-09')
    await project.configure(excluding)
    const { one, two } = project.crms
    if (one === undefined || two === undefined) throw new Error('no CRMs')
    two.beforeRead = () => ({ kind: 'throws', error: new SessionFault('auth', 'down') })
    const writes = one.counts('write')
    expect(await project.sync('2026-06-10')).toMatchObject({ status: 'partial' })
    expect(await project.sync('2026-06-11')).toMatchObject({ status: 'partial', accounts: { retired: 1 } })
    expect(one.counts('write')).toBe(writes + 1)

    two.beforeRead = () => undefined
    expect(await project.sync('2026-06-12')).toMatchObject({ status: 'ok', accounts: { retired: 1 } })
    expect(two.all()[0]?.fields).toMatchObject({ stage: null, oql_key: null })
    expect(await project.sync('2026-06-13')).toMatchObject({ accounts: { retired: 0 } })
  })

  it('because an alias folds them hand their record and their first day over', async () => {
    const project = await memoryProject(['crm'], { mapping: '' })
    const crm = onlyCrm(project)
    const id = crm.add({ domain: 'acme.io' })
    const rotated = await project.signals('2026-06-02', 'acme.io')
    await project.signals('2026-06-05', 'acme.com')
    await project.sync('2026-06-09')
    expect(crm.find(id)?.fields.oql_key).toBe('acme.io')

    await rm(rotated)
    await project.configure({ mapping: '', store: '  aliases: { ACME.com: [www.acme.io] }' })
    const report = await project.sync('2026-06-10')
    expect(report.accounts).toMatchObject({ scored: 1, retired: 1 })
    expect(report.connectors.crm?.problems).toEqual([])
    await project.sync('2026-06-11')
    expect(crm.find(id)?.fields).toMatchObject({ oql_key: 'acme.com', stage: 'investigation' })
    expect(await accountsOf(project)).toMatchObject([
      { domain: 'acme.com', firstSeen: new Date('2026-06-02T10:00:00Z') },
    ])
  })
})

it('a plan changes nothing, anywhere, and is what the sync then does', async () => {
  const project = await used('acme.com', 'beta.com')
  onlyCrm(project).add({ domain: 'acme.com' })
  await project.sync('2026-06-09')
  await project.signals('2026-06-10', 'new.com')
  const before = await readFile(path.join(project.folder, 'state.db'))
  const writes = onlyCrm(project).counts('write')

  const planned = await project.plan('2026-08-10')
  const changes = await Array.fromAsync(planned.changes())
  await planned.close()
  expect(await readFile(path.join(project.folder, 'state.db'))).toEqual(before)
  expect(onlyCrm(project).counts('write')).toBe(writes)
  expect(changes.map(({ domain, action }) => [domain, action])).toEqual([
    ['acme.com', 'update'],
    ['beta.com', 'update'],
    ['new.com', 'create'],
  ])

  const report = await project.sync('2026-08-10')
  expect(report.connectors.crm).toMatchObject({ updated: 2, created: 1 })
  expect(report.connectors.crm?.calls).toEqual(planned.report.connectors.crm?.calls)
})

it('a run that is stopped keeps what it remembered, and the next one delivers it', async () => {
  const project = await used('acme.com')
  const stopped = AbortSignal.abort(new Error('SIGTERM'))
  expect(await project.sync('2026-06-09', { signal: stopped })).toMatchObject({
    status: 'failed',
    accounts: { scored: 1 },
  })
  expect(await project.sync('2026-06-09')).toMatchObject({
    status: 'ok',
    connectors: { crm: { created: 1 } },
  })
})
