import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { isCovered, type LastRun } from './is-covered.ts'
import type { Runner, Why } from './runner.ts'
import { LOOK_BACK_MS, type Schedule } from './schedule.ts'
import { tellUnreadable } from './tell-unreadable.ts'

/**
 * The longest sleep: a clock that jumped or a machine that slept is noticed after it, and what a dead holder of the lease
 * left is tried again (it is taken over within a minute).
 */
const LONGEST_SLEEP_MS = 30_000
/** Clocks of replicas differ by so much without anything being wrong. */
const SKEW_MS = 60_000

export interface Following {
  schedule: Schedule
  jitterMs: number
  clock: Clock
  log: Logger
  /** From 0 to 1. */
  random(): number
  stopped: AbortSignal
  isPaused(): boolean
  runner: Pick<Runner, 'start'>
  /** The newest run that the state remembers, whoever did it. */
  lastRun(): Promise<LastRun | null>
}

/**
 * Begins a run at each due time until the service is stopped. What was missed meanwhile is made up by one run, however
 * often it was missed; what another replica did, or a run that was under way, is not done again. Where the lease is held
 * or the state can't be read, it is tried again until the time is covered.
 */
export async function followSchedule(following: Following): Promise<void> {
  const { schedule, clock, stopped } = following
  let settled = clock.now() - LOOK_BACK_MS
  let tried: number | null = null
  for (let isFirst = true; !stopped.aborted; isFirst = false) {
    const now = clock.now()
    // After the clock went back the same times come again: the state knows which are covered.
    settled = Math.min(settled, now)
    const longAgo = now - LOOK_BACK_MS
    const due = schedule.latest(Math.max(settled, longAgo), now) ?? (isFirst ? longAgo : null)
    if (due !== null) {
      const why = due === tried ? 'retried' : now - due > LONGEST_SLEEP_MS ? 'missed' : 'scheduled'
      tried = due
      if (await settle(following, due, why)) settled = due
    }
    const awake = clock.now()
    const next = schedule.next(awake) ?? Number.POSITIVE_INFINITY
    await sleep(following, Math.min(next - awake, LONGEST_SLEEP_MS))
  }
}

/** Sees to it that a due time is covered; false where it must be tried again. */
async function settle(following: Following, due: number, why: Why): Promise<boolean> {
  const { jitterMs, random, stopped, isPaused, runner, log } = following
  if (why === 'scheduled') await sleep(following, random() * jitterMs)
  if (stopped.aborted || isPaused()) return true
  const last = await remembered(following)
  if (last === 'unknown') return false
  if (isCovered(due, last)) {
    tellWhy(following, due, last)
    return true
  }
  const run = runner.start(why)
  if (run !== null) return (await run.ended) !== 'held'
  if (!stopped.aborted) log.warn('a run is under way: the scheduled one is left out')
  return true
}

/** The state of a service that stands by may be away for a while: then nothing can run, and nothing is lost. */
async function remembered({ lastRun, log }: Following): Promise<LastRun | null | 'unknown'> {
  try {
    return await lastRun()
  } catch (error) {
    tellUnreadable(log, error, 'the state can not be read: trying again')
    return 'unknown'
  }
}

function tellWhy({ clock, log }: Following, due: number, last: LastRun | null): void {
  if (last === null) return
  const { startedAt } = last
  if (startedAt.getTime() > clock.now() + SKEW_MS) {
    log.warn(
      { startedAt },
      'the last run began in the future: the clock went back. Runs go on after that moment',
    )
  } else if (startedAt.getTime() < due) {
    log.info({ startedAt }, 'a run was under way at this time: the scheduled one is left out')
  }
}

/** Ends early when the service is stopped. */
const sleep = ({ clock, stopped }: Following, ms: number): Promise<void> =>
  clock.sleep(ms, stopped).catch((error: unknown) => {
    if (!stopped.aborted) throw error
  })
