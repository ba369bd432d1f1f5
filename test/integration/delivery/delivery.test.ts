import { describe, expect, it, vi } from 'vitest'
import { SessionFault } from '../../../src/contract/faults.ts'
import type { Failure, FailureKind } from '../../../src/contract/records.ts'
import { RETRIES } from '../../../src/delivery/session/call.ts'
import type { State } from '../../../src/state/state.ts'
import { FIELDS } from '../../project/memory-project.ts'
import type { Trouble } from '../../reference-connector/crm.ts'
import { newWorld, type World } from '../../reference-connector/harness.ts'

const CREATE = 'create: { when: {} }'
const CREATE_LEADS = 'create: { when: {}, as: leads }'
const DAY_MS = 86_400_000

const fails = (kind: FailureKind, over: Partial<Failure> = {}): Trouble => ({
  kind: 'fails',
  failure: { kind, message: `the CRM says ${kind}`, ...over },
})

const named = (count: number) => Array.from({ length: count }, (_, n) => ({ domain: `a${n}.com` }))

/** Linked and written accounts, a0.com first. */
async function settled(count: number, setting: Parameters<typeof newWorld>[0] = {}): Promise<World> {
  const world = await newWorld(setting)
  for (const { domain } of named(count)) world.crm.add({ domain })
  await world.remember(...named(count))
  expect(await world.run()).toMatchObject({ status: 'ok', updated: count })
  world.crm.requests.length = 0
  vi.setSystemTime(Date.now() + 60_000)
  return world
}

const written = ({ crm }: World, score: number): number =>
  crm.all().filter(({ fields }) => fields.score === score).length

const rejections = ({ state }: World) => Array.fromAsync(state.rejections.list())

describe('a record that is refused', () => {
  async function refused() {
    const world = await settled(5)
    world.crm.poisoned = ({ score }) =>
      score === 13
        ? { kind: 'invalid', message: 'scores of 13 bring bad luck', field: 'score', code: 'BAD_LUCK' }
        : undefined
    await world.remember(...named(5).map(({ domain }, n) => ({ domain, score: n === 2 ? 13 : 90 })))
    const report = await world.run()
    return { world, report }
  }

  it('hurts only itself: the rest of its batch is written, and its reason is kept', async () => {
    const { world, report } = await refused()
    expect(report).toMatchObject({ status: 'partial', updated: 4, rejected: 1, calls: { write: 1 } })
    expect(report.problems.join()).toMatch(/1 changes were refused by crm: oql rejections/)
    expect(written(world, 90)).toBe(4)
    expect(await rejections(world)).toMatchObject([
      {
        key: 'crm/a2.com',
        reason: 'scores of 13 bring bad luck',
        field: 'score',
        code: 'BAD_LUCK',
        status: 'open',
      },
    ])
  })

  it('is not sent again while it is the same', async () => {
    const { world } = await refused()
    expect(await world.run()).toMatchObject({ status: 'ok', skipped: 1, rejected: 0, calls: { write: 0 } })
  })

  it('is sent when it differs, and its rejection ends', async () => {
    const { world } = await refused()
    await world.remember({ domain: 'a2.com', score: 90 })
    expect(await world.run()).toMatchObject({ status: 'ok', updated: 1 })
    expect(await rejections(world)).toEqual([])
  })

  it('is sent when somebody asks, and stays away when dismissed', async () => {
    const { world } = await refused()
    await world.state.rejections.mark(['crm/a2.com'], 'retry')
    expect(await world.run()).toMatchObject({ status: 'partial', rejected: 1 })
    expect(await rejections(world)).toMatchObject([{ attempts: 2, status: 'open' }])

    await world.state.rejections.mark(['crm/a2.com'], 'dismissed')
    world.crm.poisoned = () => undefined
    expect(await world.run()).toMatchObject({ status: 'ok', skipped: 1, calls: { write: 0 } })
    await world.remember({ domain: 'a2.com', score: 77 })
    expect(await world.run()).toMatchObject({ status: 'ok', updated: 1 })
  })
})

describe('a fault that passes', () => {
  it.each(['throttled', 'transient', 'unknown_outcome'] as const)(
    '(%s) is tried again in the same run',
    async kind => {
      const world = await settled(3)
      world.crm.beforeWrite = (_, n) => (n <= 2 ? fails(kind) : undefined)
      await world.remember(...named(3).map(account => ({ ...account, score: 90 })))
      expect(await world.run()).toMatchObject({ status: 'ok', updated: 3, calls: { write: 3 } })
    },
  )

  it('is left for the next run after that, and the report says how many wait', async () => {
    const world = await settled(3)
    world.crm.poisoned = ({ score }) =>
      score === 91 ? { kind: 'transient', message: 'row locked' } : undefined
    await world.remember(...named(3).map((account, n) => ({ ...account, score: 90 + n })))
    const report = await world.run()
    expect(report).toMatchObject({ status: 'partial', updated: 2, rejected: 0 })
    expect(report.calls.write).toBe(1 + RETRIES.retries)
    expect(report.problems).toEqual(['1 changes wait for the next run: row locked'])
    expect(await rejections(world)).toEqual([])

    world.crm.poisoned = () => undefined
    expect(await world.run()).toMatchObject({ status: 'ok', updated: 1, unchanged: 2 })
  })

  it('counts what waits once, though a gone record makes delivery go over it again', async () => {
    const world = await settled(3)
    const [first] = world.crm.all()
    world.crm.remove(first?.id ?? '')
    world.crm.poisoned = ({ score }) =>
      score === 91 ? { kind: 'transient', message: 'row locked' } : undefined
    await world.remember(...named(3).map((account, n) => ({ ...account, score: 90 + n })))
    const { problems } = await world.run()
    expect(problems).toContain('1 changes wait for the next run: row locked')
  })

  it('in three batches on end means that the CRM is down: the rest is not tried', async () => {
    const world = await settled(10, { options: 'max_batch: 1' })
    world.crm.beforeWrite = () => fails('transient')
    await world.remember(...named(10).map(account => ({ ...account, score: 90 })))
    const report = await world.run()
    expect(report).toMatchObject({ status: 'failed', updated: 0 })
    expect(report.calls.write).toBe(3 * (1 + RETRIES.retries))
    expect(report.problems).toContain('7 changes were not sent and wait for the next run')

    world.crm.beforeWrite = () => undefined
    expect(await world.run()).toMatchObject({ status: 'ok', updated: 10 })
  })

  it('of the reads before a write leaves that batch for the next run, and writes the others', async () => {
    const fields = `${FIELDS}\n  - { from: reason, to: note, write: if_empty }`
    const world = await settled(4, { fields, options: 'max_batch: 2' })
    let asked = 0
    world.crm.beforeRead = what =>
      what === 'ids' && asked++ <= RETRIES.retries ? fails('transient') : undefined
    await world.remember(...named(4).map(account => ({ ...account, score: 90 })))
    expect(await world.run()).toMatchObject({ status: 'partial', updated: 2 })
  })
})

describe.each([
  ['companies, whose create is idempotent', CREATE, 'companies'],
  ['leads, whose create is not', CREATE_LEADS, 'leads'],
])('no second record of %s', (_, mapping, object) => {
  it.each([
    ['is lost after it was made', { ...fails('unknown_outcome'), committed: true }],
    ['is lost before it was made', fails('unknown_outcome')],
    ['never comes, and it was made', { kind: 'hangs', committed: true }],
    ['never comes, and it was not made', { kind: 'hangs' }],
  ] as [string, Trouble][])('when the answer %s', async (_, trouble) => {
    const world = await newWorld({ mapping })
    world.crm.beforeWrite = (_, n) => (n === 1 ? trouble : undefined)
    await world.remember(...named(3))
    expect(await world.run()).toMatchObject({ status: 'ok', created: 3, updated: 0, matched: 0, linked: 3 })
    expect(world.crm.all(object).map(({ fields }) => fields.oql_key)).toEqual(['a0.com', 'a1.com', 'a2.com'])
    expect(await world.run()).toMatchObject({ created: 0, unchanged: 3 })
  })

  it('when the run dies between the yes of the CRM and the record in the state', async () => {
    const world = await newWorld({ mapping })
    await world.remember(...named(3))
    const state: State = { ...world.state, recordOutcomes: () => Promise.reject(new Error('killed')) }
    expect(await world.run({ state })).toMatchObject({ status: 'failed', linked: 0 })
    expect(world.crm.all(object)).toHaveLength(3)
    expect(await world.run()).toMatchObject({ status: 'ok', created: 0, matched: 3, linked: 3 })
    expect(world.crm.all(object)).toHaveLength(3)
  })
})

it('an update is sent again when the run dies before it could be recorded', async () => {
  const world = await settled(2)
  await world.remember(...named(2).map(account => ({ ...account, score: 90 })))
  const state: State = { ...world.state, recordOutcomes: () => Promise.reject(new Error('killed')) }
  await world.run({ state })
  expect(await world.run()).toMatchObject({ status: 'ok', updated: 2 })
  expect(written(world, 90)).toBe(2)
})

describe('a session that ends', () => {
  it('at the daily quota keeps what was done, and the next run does the rest', async () => {
    const world = await settled(6, { options: 'max_batch: 2' })
    world.crm.beforeWrite = (_, n) =>
      n === 2 ? { kind: 'throws', error: new SessionFault('quota', 'the daily limit is reached') } : undefined
    await world.remember(...named(6).map(account => ({ ...account, score: 90 })))
    const report = await world.run()
    expect(report).toMatchObject({ status: 'partial', updated: 2, calls: { write: 2 } })
    expect(report.problems.join()).toMatch(/4 changes were not sent.*the daily limit is reached/)
    expect(written(world, 90)).toBe(2)

    world.crm.beforeWrite = () => undefined
    expect(await world.run()).toMatchObject({ status: 'ok', updated: 4, unchanged: 2 })
    expect(written(world, 90)).toBe(6)
  })

  it('lets the batches beside it end, and records them', async () => {
    const world = await settled(8, { options: 'max_batch: 2, max_concurrent: 2' })
    world.crm.beforeWrite = (_, n) =>
      n === 1 ? { kind: 'throws', error: new SessionFault('auth', 'token revoked') } : undefined
    await world.remember(...named(8).map(account => ({ ...account, score: 90 })))
    const report = await world.run()
    expect(report).toMatchObject({ status: 'partial', updated: 2, calls: { write: 2 } })
    expect(report.problems).toContain('crm: token revoked')
    expect(written(world, 90)).toBe(report.updated)
    world.crm.beforeWrite = () => undefined
    expect(await world.run()).toMatchObject({ updated: 6 })
  })

  it('before anything was written has failed', async () => {
    const world = await settled(2)
    world.crm.beforeRead = () => ({ kind: 'throws', error: new SessionFault('auth', 'token revoked') })
    await world.remember(...named(2).map(account => ({ ...account, score: 90 })))
    expect(await world.run()).toMatchObject({
      status: 'failed',
      updated: 0,
      problems: ['crm: token revoked'],
    })
  })

  it.each(['too_few', 'foreign'] as const)(
    'because it answered %s results is a bug of the connector',
    async results => {
      const world = await settled(3)
      world.crm.beforeWrite = () => ({ kind: 'answers', results })
      await world.remember(...named(3).map(account => ({ ...account, score: 90 })))
      const report = await world.run()
      expect(report.status).toBe('failed')
      expect(report.problems.join()).toMatch(/answered \d results for 3 changes/)
      expect(await rejections(world)).toEqual([])
    },
  )

  it('because a whole request was refused leaves every link as it is', async () => {
    const world = await settled(3)
    world.crm.beforeWrite = () => fails('gone')
    await world.remember(...named(3).map(account => ({ ...account, score: 90 })))
    expect(await world.run()).toMatchObject({ status: 'failed', linked: 3 })
  })
})

describe('a run that is stopped', () => {
  it('finishes the batch under way and records it; the rest waits', async () => {
    const world = await settled(6, { options: 'max_batch: 2' })
    const stop = new AbortController()
    world.crm.beforeWrite = (_, n) => {
      if (n === 2) stop.abort(new Error('SIGTERM'))
      return undefined
    }
    await world.remember(...named(6).map(account => ({ ...account, score: 90 })))
    const report = await world.run({ signal: stop.signal })
    expect(report).toMatchObject({ status: 'partial', updated: 4 })
    expect(report.problems.join()).toMatch(/2 changes were not sent.*stopped/)
    expect(written(world, 90)).toBe(4)
    expect(await world.run()).toMatchObject({ status: 'ok', updated: 2, unchanged: 4 })
  })

  it('does not wait out a back-off', async () => {
    const world = await settled(1)
    const stop = new AbortController()
    world.crm.beforeWrite = () => {
      stop.abort(new Error('SIGTERM'))
      return fails('transient')
    }
    await world.remember({ domain: 'a0.com', score: 90 })
    expect(await world.run({ signal: stop.signal })).toMatchObject({ status: 'failed', calls: { write: 1 } })
  })
})

describe('if_empty', () => {
  const fields = `${FIELDS}\n  - { from: reason, to: note, write: if_empty }`

  it('is read just before the write, and a field that people filled meanwhile stays', async () => {
    const world = await settled(2, { fields })
    const [filled, emptied] = world.crm.all()
    if (filled === undefined || emptied === undefined) throw new Error('no records')
    expect(filled.fields.note).toBe('52 points')
    filled.fields.note = 'ours by now'
    emptied.fields.note = null
    await world.remember(...named(2).map(account => ({ ...account, score: 90, reason: '90 points' })))
    expect(await world.run()).toMatchObject({ updated: 2, calls: { read: 2, write: 1 } })
    expect(filled.fields).toMatchObject({ note: 'ours by now', score: 90 })
    expect(emptied.fields).toMatchObject({ note: '90 points', score: 90 })
  })
})

describe('the order and the number of writes', () => {
  it('stage moves go first', async () => {
    const world = await settled(6, { options: 'max_batch: 1', mapping: CREATE })
    const order: string[] = []
    world.crm.beforeWrite = batch => {
      order.push(...batch.map(({ key }) => key))
      return undefined
    }
    const now = new Date()
    await world.remember(
      ...named(5).map(account => ({ ...account, score: 90 })),
      { domain: 'a5.com', stage: 'ongoing_usage', previousStage: 'experimentation', stageSince: now },
      { domain: 'new.com' },
    )
    await world.run()
    expect(order).toEqual(['a5.com', 'new.com', 'a0.com', 'a1.com', 'a2.com', 'a3.com', 'a4.com'])
  })

  it('never more at once than the CRM allows', async () => {
    const world = await settled(20, { options: 'max_batch: 1, max_concurrent: 3' })
    await world.remember(...named(20).map(account => ({ ...account, score: 90 })))
    world.crm.mostAtOnce = 0
    expect(await world.run()).toMatchObject({ updated: 20 })
    expect(world.crm.mostAtOnce).toBe(3)
  })

  it('a changed record costs its share of a batch, one that did not change nothing', async () => {
    const world = await settled(250)
    await world.remember(...named(250).map((account, n) => ({ ...account, score: n < 150 ? 90 : 50 })))
    expect(await world.run()).toMatchObject({ updated: 150, unchanged: 100, calls: { read: 1, write: 2 } })
  })

  it('a plan prices the run and writes nothing', async () => {
    const world = await settled(250)
    await world.remember(...named(250).map(account => ({ ...account, score: 90 })))
    expect(await world.run({ deliver: false })).toMatchObject({ updated: 250, calls: { read: 1, write: 3 } })
    expect(world.crm.counts('write')).toBe(0)
  })
})

describe('accounts that share a record', () => {
  const both = (acme: object, beta: object) => [
    { domain: 'acme.com', ...acme },
    { domain: 'beta.com', ...beta },
  ]

  it('the best of them speaks, and says how to fold the others', async () => {
    const world = await newWorld()
    const id = world.crm.add({ domain: 'acme.com', more_domains: 'beta.com' })
    await world.remember(...both({ score: 10 }, { score: 70 }))
    const report = await world.run()
    expect(report).toMatchObject({ updated: 1, shared: 1, linked: 2 })
    expect(report.problems).toEqual([
      'acme.com shares a record with beta.com. To fold them: aliases: { beta.com: [acme.com] }',
    ])
    expect(world.crm.find(id)?.fields).toMatchObject({ score: 70, oql_key: 'beta.com' })
  })

  it('only real differences are written as the speaker changes and changes back', async () => {
    const world = await newWorld()
    const id = world.crm.add({ domain: 'acme.com', more_domains: 'beta.com' })
    const stages = [
      { acme: { score: 10 }, beta: { score: 70 }, score: 70, key: 'beta.com', writes: 1 },
      { acme: { score: 90 }, beta: { score: 70 }, score: 90, key: 'acme.com', writes: 1 },
      { acme: { score: 90 }, beta: { score: 71 }, score: 90, key: 'acme.com', writes: 0 },
      { acme: { score: 10 }, beta: { score: 70 }, score: 70, key: 'beta.com', writes: 1 },
      { acme: { score: 10 }, beta: { score: 70 }, score: 70, key: 'beta.com', writes: 0 },
    ]
    for (const { acme, beta, score, key, writes } of stages) {
      await world.remember(...both(acme, beta))
      // All at one moment: what was written last is not told by its time.
      expect(await world.run({ asOf: new Date('2026-11-24T06:00:00Z') })).toMatchObject({
        updated: writes,
        shared: 1,
      })
      expect(world.crm.find(id)?.fields).toMatchObject({ score, oql_key: key })
    }
  })

  it('one that `only` leaves alone silences nobody', async () => {
    const world = await newWorld({ connector: '    only: { country: [DE] }' })
    const id = world.crm.add({ domain: 'acme.com', more_domains: 'beta.com' })
    await world.remember(...both({ score: 10 }, { score: 70 }))
    await world.run()
    await world.remember(...both({ score: 20 }, { score: 70, country: 'FR' }))
    expect(await world.run()).toMatchObject({ updated: 1, skipped: 1 })
    expect(world.crm.find(id)?.fields).toMatchObject({ score: 20, oql_key: 'acme.com' })
  })
})

describe('after the state was lost', () => {
  it('links, stages and their dates come back from the CRM, and only real differences are written', async () => {
    const world = await settled(3)
    await world.loseState()
    vi.setSystemTime(Date.now() + DAY_MS)
    const now = new Date()
    const anew = (domain: string, over: object = {}) => ({
      domain,
      stageSince: now,
      direction: 'first' as const,
      stageDirection: 'first' as const,
      previousStage: null,
      calledStage: 'experimentation' as const,
      ...over,
    })
    const accounts = [anew('a0.com'), anew('a1.com'), anew('a2.com', { points: 80, score: 80 })]
    await world.remember(...accounts)
    const before = world.crm.all().map(({ fields }) => ({ ...fields }))
    const report = await world.run()
    expect(report).toMatchObject({ status: 'ok', matched: 3, updated: 1, unchanged: 2, created: 0 })
    expect(world.crm.all().map(({ fields }) => fields.stage_since)).toEqual(
      before.map(fields => fields.stage_since),
    )
    const restored = await world.state.accounts.get(['a0.com'])
    expect(restored.get('a0.com')).toMatchObject({
      stage: 'experimentation',
      stageSince: new Date('2026-10-01T00:00:00Z'),
      direction: null,
    })
    expect(await world.state.moves.historyOf('a0.com')).toEqual([])
  })
})

describe('accounts that the config leaves out', () => {
  it('have their fields cleared once, and count as nothing else', async () => {
    const world = await settled(2)
    await world.retire('a0.com')
    expect(await world.run()).toMatchObject({
      status: 'ok',
      updated: 0,
      unchanged: 1,
      skipped: 0,
      calls: { write: 1 },
    })
    const [cleared] = world.crm.all()
    expect(cleared?.fields).toMatchObject({
      oql_key: null,
      stage: null,
      score: null,
      stage_since: null,
      domain: 'a0.com',
    })
    expect(await world.run()).toMatchObject({ calls: { write: 0 } })
  })

  it('are nobody to fold where they shared a record', async () => {
    const world = await newWorld()
    world.crm.add({ domain: 'acme.com', more_domains: 'beta.com' })
    await world.remember({ domain: 'acme.com', score: 10 }, { domain: 'beta.com', score: 70 })
    await world.run()
    await world.retire('beta.com')
    expect(await world.run()).toMatchObject({ updated: 1, shared: 0, problems: [] })
  })
})

it('what a mapping can not do is told before anything is written, all at once', async () => {
  const world = await newWorld({
    mapping: 'create: { when: {}, as: deals }',
    fields: `${FIELDS}\n  - { from: risk, to: nowhere }`,
  })
  await world.remember({ domain: 'acme.com' })
  const report = await world.run()
  expect(report.status).toBe('failed')
  expect(report.problems.join('\n')).toMatch(/nowhere.*is not there/)
  expect(report.problems.join('\n')).toMatch(/knows no object "deals"/)
  expect(world.crm.requests).toEqual([])
})

it.each([
  ['reports', /can't make reports/],
  ['tickets', /second record of tickets/],
])('records of %s, which can not be made safely, are not made', async (object, problem) => {
  const world = await newWorld({ mapping: `create: { when: {}, as: ${object} }` })
  await world.remember({ domain: 'acme.com' })
  const report = await world.run()
  expect(report.status).toBe('failed')
  expect(report.problems.join()).toMatch(problem)
  expect(world.crm.counts('write')).toBe(0)
})
