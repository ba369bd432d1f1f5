import { setTimeout as delay } from 'node:timers/promises'
import { dayOf, REPLICAS, writeUse } from './replica-project.ts'
import { type Running, reaches, type World } from './replica-world.ts'

/** A takeover takes a minute, and who stands by tries every half a minute. */
const PATIENCE_MS = 5 * 60_000
const LOOK_MS = 50
const MS_PER_DAY = 86_400_000

export interface ServicesFared {
  /** From the freeze, and from the kill, until the other one wrote. */
  takenOverMs: { frozen: number; killed: number }
  /** What the thawed one says of its run, and whether it goes on serving. */
  thawed: { says: string; servesOn: boolean }
  /** Of the one that is left, when it is told to stop. */
  code: number | null
}

/**
 * Two services on a schedule of every minute, left alone: the one that runs is frozen, the other takes over by itself,
 * and the first is thawed while that one writes. Then more accounts come in, and whoever runs is killed.
 */
export async function disturbServices(world: World, accounts: number): Promise<ServicesFared> {
  const yesterday = dayOf(Date.now() - MS_PER_DAY)
  await writeUse(world.folder, yesterday, { from: 0, to: accounts })
  const services = REPLICAS.map(replica => world.serve(replica))
  try {
    const frozen = await atWork(world, services)
    frozen.child.kill('SIGSTOP')
    const frozenAt = performance.now()
    const [other] = services.filter(one => one !== frozen)
    if (other === undefined) throw new Error('there are two')
    await reaches(other, world.progress.any)
    const frozenMs = performance.now() - frozenAt
    frozen.child.kill('SIGCONT')
    await until(() => /lost the lease/.test(frozen.log()), frozen)
    await until(() => other.log().includes('"msg":"run ended"'), other)
    const servesOn = frozen.child.exitCode === null

    await writeUse(world.folder, yesterday, { from: accounts, to: 2 * accounts })
    const killed = await atWork(world, services)
    killed.child.kill('SIGKILL')
    const killedAt = performance.now()
    const [left] = services.filter(one => one !== killed)
    if (left === undefined) throw new Error('there are two')
    await reaches(left, world.progress.any)
    const killedMs = performance.now() - killedAt
    const before = endedRuns(left)
    // The second one finds nothing left to do: what stood in the outbox is told.
    await until(() => endedRuns(left) >= before + 2, left)
    left.child.kill('SIGTERM')
    const { code } = await left.ended
    return {
      takenOverMs: { frozen: frozenMs, killed: killedMs },
      thawed: { says: wordsWith(frozen, 'lost the lease'), servesOn },
      code,
    }
  } finally {
    for (const { child } of services) child.kill('SIGKILL')
  }
}

const endedRuns = (one: Running): number => one.log().split('"msg":"run ended"').length - 1

/** The words of the line of a log that has these. */
function wordsWith(one: Running, words: string): string {
  const line = one
    .log()
    .split('\n')
    .find(some => some.includes(words))
  if (line === undefined) throw new Error(`no line has "${words}":\n${one.log()}`)
  const { holder, msg } = JSON.parse(line)
  return `${msg} (${holder})`
}

/** The service whose run is writing just now. */
async function atWork(world: World, services: readonly Running[]): Promise<Running> {
  const [first] = services
  if (first === undefined) throw new Error('there is no service')
  await reaches(first, world.progress.any)
  const pid = await world.holder()
  const found = services.find(({ child }) => child.pid === pid)
  if (found === undefined) throw new Error(`no service of ours holds the lease: ${pid}`)
  return found
}

async function until(isSo: () => boolean, { log }: Running): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`it does not come to it:\n${log()}`)
    await delay(LOOK_MS)
  }
}
