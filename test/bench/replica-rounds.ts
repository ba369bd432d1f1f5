import { setTimeout as delay } from 'node:timers/promises'
import { EXIT } from '../../src/domain/errors.ts'
import { asOfRound, type Replica, writeSignals } from './replica-project.ts'
import { type Ended, type Running, reaches, type World } from './replica-world.ts'

/** Between two tries of who stands by. */
const TRY_AGAIN_MS = 2_000
/** A run that ends with notices that wait for their next attempt is followed by others. */
const MOST_RUNS = 10

/** The other one has less left to do than the holder had: a thaw comes after so much of what the holder got to. */
const SO_SOON = 0.2

/** What the holder is at when it is disturbed. */
export type Middle = keyof World['progress']

export interface Disturbance {
  round: number
  middle: Middle
  /** The next so many things that the holder does go through before it is disturbed. */
  after: number
  holder: Replica
  other: Replica
}

export interface Killed {
  kind: 'killed'
  /** The holder was at it. */
  reached: boolean
  /** Who came before the holder was taken for dead. */
  refused: Ended
  takenOverMs: number
}

export interface Frozen {
  kind: 'frozen'
  reached: boolean
  refused: Ended
  takenOverMs: number
  /** The other one had begun to write, and was not done, when the holder was thawed. */
  thawedMidway: boolean
  holder: Ended
}

/** How the other one comes to the lease: by a row that is aged at once, or by as much time as it takes. */
export type TakeOver = 'aged' | 'waited'

/** `kill -9` of the holder in the middle of its work; the other one goes on. */
export async function killHolder(world: World, what: Disturbance, way: TakeOver): Promise<Killed> {
  const { holder, reached } = await startHolder(world, what)
  holder.child.kill('SIGKILL')
  await holder.ended
  const { other, ...taken } = await takeOver(world, what, way)
  await toTheEnd(world, what, await other.ended)
  return { kind: 'killed', reached, ...taken }
}

/** The holder is frozen in the middle of its work, and thawed while the other one, which took over, is at its own. */
export async function freezeHolder(world: World, what: Disturbance, way: TakeOver): Promise<Frozen> {
  const { holder, reached } = await startHolder(world, what)
  holder.child.kill('SIGSTOP')
  try {
    const { other, ...taken } = await takeOver(world, what, way)
    const isMidway = await reaches(other, world.progress[what.middle], Math.ceil(what.after * SO_SOON))
    const thawedMidway = isMidway && other.child.exitCode === null
    holder.child.kill('SIGCONT')
    const [fate, rest] = await Promise.all([holder.ended, other.ended])
    await toTheEnd(world, what, rest)
    return { kind: 'frozen', reached, ...taken, thawedMidway, holder: fate }
  } finally {
    // One that is still frozen would never hear of anything gentler.
    holder.child.kill('SIGKILL')
  }
}

/** A round that nobody disturbs. */
export async function undisturbedRound(world: World, round: number, accounts: number): Promise<void> {
  await writeSignals(world.folder, round, accounts)
  const { ended } = world.sync('a', asOfRound(round))
  await toTheEnd(world, { round, other: 'a' }, await ended)
}

async function startHolder(
  world: World,
  { round, holder: replica, middle, after }: Disturbance,
): Promise<{ holder: Running; reached: boolean }> {
  const holder = world.sync(replica, asOfRound(round))
  return { holder, reached: await reaches(holder, world.progress[middle], after) }
}

/** Who comes at once is refused; in the end the other one is at work. */
async function takeOver(world: World, { round, other }: Disturbance, way: TakeOver) {
  const began = performance.now()
  const refused = await world.sync(other, asOfRound(round)).ended
  if (way === 'aged') await world.ageLease()
  for (;;) {
    const run = world.sync(other, asOfRound(round))
    const isAtWork = await reaches(run, world.progress.any)
    const takenOverMs = performance.now() - began
    if (isAtWork || (await run.ended).code !== EXIT.leaseHeld) return { other: run, refused, takenOverMs }
    await delay(TRY_AGAIN_MS)
  }
}

async function toTheEnd(
  world: World,
  { round, other }: Pick<Disturbance, 'round' | 'other'>,
  first: Ended,
): Promise<void> {
  let last = first
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    if (last.code === 0 && JSON.parse(last.stdout).notices.pending === 0) return
    last = await world.sync(other, asOfRound(round)).ended
  }
  throw new Error(
    `round ${round} does not come to its end (exit ${last.code})\n${last.stdout}\n${last.stderr}`,
  )
}
