import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { UserError } from '../../../src/domain/errors.ts'
import { type Following, followSchedule } from '../../../src/serve/follow-schedule.ts'
import type { LastRun } from '../../../src/serve/is-covered.ts'
import type { Outcome, Why } from '../../../src/serve/runner.ts'
import { openSchedule } from '../../../src/serve/schedule.ts'
import { type Hands, hands } from './hands.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

interface World {
  clock: Hands
  /** When runs began, and why. */
  begun: string[]
  log(): string
  last: LastRun | null
  /** How the next runs end; a number: after so many milliseconds. */
  ends: (Outcome | number)[]
  isPaused: boolean
  stateIsAway: boolean
  /** What reading a state that is away throws. */
  fault: Error
  stop(): Promise<void>
}

interface Start {
  now?: string
  cron?: string
  jitterMs?: number
  /** When the last run began. */
  last?: string
  lastStatus?: LastRun['status']
}

function follow({
  now = '2025-06-02T10:00:00Z',
  cron = '15 * * * *',
  jitterMs = 0,
  last,
  lastStatus,
}: Start): World {
  const clock = hands(now)
  const stop = new AbortController()
  const lines: string[] = []
  const time = () => new Date(clock.now()).toISOString().replace('.000', '')
  const world: World = {
    clock,
    begun: [],
    log: () => lines.join(''),
    last: last === undefined ? null : ended(Date.parse(last), lastStatus),
    ends: [],
    isPaused: false,
    stateIsAway: false,
    fault: new Error('the database is away'),
    async stop() {
      stop.abort()
      await following
    },
  }
  let underWay = false
  async function run(): Promise<Outcome> {
    const end = world.ends.shift() ?? 'ended'
    const began = clock.now()
    if (end === 'held') return end
    underWay = true
    world.last = { startedAt: new Date(began), finishedAt: null, status: 'running' }
    if (typeof end === 'number') await clock.sleep(end, stop.signal)
    underWay = false
    world.last = { ...ended(began, end === 'failed' ? 'failed' : 'ok'), finishedAt: new Date(clock.now()) }
    return end === 'failed' ? 'failed' : 'ended'
  }
  const parts: Following = {
    schedule: openSchedule({ cron, timezone: 'UTC' }),
    jitterMs,
    clock,
    log: pino({ level: 'debug', base: null }, { write: line => void lines.push(line) }),
    random: () => 0.5,
    stopped: stop.signal,
    isPaused: () => world.isPaused,
    runner: {
      start(why: Why) {
        if (underWay) return null
        world.begun.push(`${time()} ${why}`)
        return { runId: 'r', ended: run() }
      },
    },
    async lastRun() {
      if (world.stateIsAway) throw world.fault
      return world.last
    },
  }
  const following = followSchedule(parts)
  onTestFinished(world.stop)
  return world
}

const ended = (began: number, status: LastRun['status'] = 'ok'): LastRun => ({
  startedAt: new Date(began),
  finishedAt: status === 'running' ? null : new Date(began + MINUTE),
  status,
})

test('runs by the schedule', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  await world.clock.pass(3 * HOUR)
  expect(world.begun).toEqual([
    '2025-06-02T10:15:00Z scheduled',
    '2025-06-02T11:15:00Z scheduled',
    '2025-06-02T12:15:00Z scheduled',
  ])
})

test('waits its share of the jitter', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z', jitterMs: MINUTE })
  await world.clock.pass(HOUR)
  expect(world.begun).toEqual(['2025-06-02T10:15:30Z scheduled'])
})

test('a service that never ran begins at once', async () => {
  const world = follow({ cron: '0 0 1 1 *' })
  await world.clock.pass(MINUTE)
  expect(world.begun).toEqual(['2025-06-02T10:00:00Z missed'])
})

test('what was missed while it was down is made up by one run', async () => {
  const world = follow({ last: '2025-05-28T09:15:00Z' })
  await world.clock.pass(20 * MINUTE)
  expect(world.begun).toEqual(['2025-06-02T10:00:00Z missed', '2025-06-02T10:15:00Z scheduled'])
})

test.each(['ok', 'partial', 'failed'] as const)(
  'a restart after a run that ended %s makes up nothing',
  async status => {
    const world = follow({ last: '2025-06-02T09:20:00Z', lastStatus: status })
    await world.clock.pass(10 * MINUTE)
    expect(world.begun).toEqual([])
  },
)

test('a run that was missed and fails when it is made up is not tried again', async () => {
  const world = follow({ last: '2025-05-28T09:15:00Z' })
  world.ends = ['failed']
  await world.clock.pass(10 * MINUTE)
  expect(world.begun).toEqual(['2025-06-02T10:00:00Z missed'])
})

test('a run whose process was killed is made up at the start', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z', lastStatus: 'running' })
  await world.clock.pass(MINUTE)
  expect(world.begun).toEqual(['2025-06-02T10:00:00Z missed'])
})

test('what another replica did is not done again', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z', jitterMs: MINUTE })
  await world.clock.pass(15 * MINUTE + 5_000)
  world.last = ended(world.clock.now())
  await world.clock.pass(30 * MINUTE)
  expect(world.begun).toEqual([])
})

test('where another process holds the lease it stands by, and does the work of one that died within a minute', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  world.ends = ['held', 'held']
  world.last = ended(Date.parse('2025-06-02T10:14:00Z'), 'running')
  await world.clock.pass(17 * MINUTE)
  expect(world.begun.at(-1)).toBe('2025-06-02T10:16:00Z retried')
  expect(world.last.status).toBe('ok')
})

test('a follower leaves to the holder what it is at', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  world.ends = ['held', 'held', 'held', 'held', 'held', 'held']
  await world.clock.pass(16 * MINUTE)
  world.last = ended(Date.parse('2025-06-02T10:15:00Z'))
  world.begun = []
  await world.clock.pass(30 * MINUTE)
  expect(world.begun).toEqual([])
})

test('no run begins while one is under way, and none is made up for it', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  world.ends = [90 * MINUTE]
  await world.clock.pass(2 * HOUR + 30 * MINUTE)
  expect(world.begun).toEqual(['2025-06-02T10:15:00Z scheduled', '2025-06-02T12:15:00Z scheduled'])
})

test('a state that is away for a while costs no run', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  world.stateIsAway = true
  await world.clock.pass(16 * MINUTE)
  expect(world.log()).toContain('the database is away')
  world.stateIsAway = false
  await world.clock.pass(10 * MINUTE)
  expect(world.begun).toHaveLength(1)
})

test('while it is paused nothing is scheduled, and nothing is made up for it', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  world.isPaused = true
  await world.clock.pass(2 * HOUR)
  world.isPaused = false
  await world.clock.pass(30 * MINUTE)
  expect(world.begun).toEqual(['2025-06-02T12:15:00Z scheduled'])
})

test('a clock that goes back does not bring the same run twice', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  await world.clock.pass(20 * MINUTE)
  world.clock.jump(Date.parse('2025-06-02T10:05:00Z'))
  await world.clock.pass(75 * MINUTE)
  expect(world.begun).toEqual(['2025-06-02T10:15:00Z scheduled', '2025-06-02T11:15:00Z scheduled'])
})

test('a clock that was far ahead is told, at each due time', async () => {
  const world = follow({ last: '2026-06-02T09:15:00Z' })
  await world.clock.pass(HOUR)
  expect(world.begun).toEqual([])
  expect(world.log()).toContain('the clock went back')
})

test('a clock that leaps ten days ahead brings one run, soon', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z', cron: '* * * * *' })
  await world.clock.pass(30_000)
  world.begun = []
  world.clock.jump(Date.parse('2025-06-12T10:00:40Z'))
  await world.clock.pass(MINUTE)
  expect(world.begun).toEqual(['2025-06-12T10:01:10Z scheduled'])
})

test('a state that is away is told with what to do, and without a stack at each due time', async () => {
  const world = follow({ last: '2025-06-02T09:15:00Z' })
  world.stateIsAway = true
  world.fault = new UserError('The state is away', { hint: 'Does the server run?' })
  await world.clock.pass(30 * MINUTE)
  expect(world.log()).toContain('"why":"The state is away","hint":"Does the server run?"')
  expect(world.log()).not.toContain('"stack"')
})
