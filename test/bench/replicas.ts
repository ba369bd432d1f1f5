import { parseArgs } from 'node:util'
import { EXIT } from '../../src/domain/errors.ts'
import { startPostgres } from '../postgres/start-postgres.ts'
import { REPLICAS, writeSignals } from './replica-project.ts'
import {
  type Disturbance,
  type Frozen,
  freezeHolder,
  type Killed,
  killHolder,
  type Middle,
  type TakeOver,
  undisturbedRound,
} from './replica-rounds.ts'
import { disturbServices } from './replica-services.ts'
import { type Held, heldBy, wrongsIn } from './replica-verdict.ts'
import { newWorld } from './replica-world.ts'

/**
 * Two replicas over one PostgreSQL, both CRMs and webhooks. In each round every account moves; the replica that holds
 * the lease is killed (`kill -9`), or frozen and thawed while the other one, which took over, is at its own work. In the
 * end no record, no task and no change may be there twice, and the CRMs hold what they do where nobody was disturbed.
 * Usage: npm run bench:replicas -- [--rounds N] [--accounts N] [--waited N]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '14' },
    accounts: { type: 'string', default: '400' },
    /** Rounds in which nobody ages the lease: the takeover takes as long as it does in life. */
    waited: { type: 'string', default: '2' },
    /** Two `oql serve` after that, which nobody helps: minutes. */
    services: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const rounds = Number(values.rounds)
const accounts = Number(values.accounts)
/** So long each call takes, so that there is a middle to be disturbed in. */
const SLOW_MS = { crm: 150, receiver: 20 }
const MIDDLES: readonly Middle[] = ['writing', 'tasking', 'telling']
/** What an undisturbed round comes to: batches, tasks and webhooks. The holder gets three quarters of the way at most. */
const WHOLE: Readonly<Record<Middle, number>> = {
  writing: accounts / 50,
  tasking: accounts * 2,
  telling: accounts * 2,
  any: accounts / 50,
}
const FARTHEST = 0.75

/** Each kind of disturbance meets each middle, from either replica. */
function disturbance(round: number): Disturbance {
  const middle = MIDDLES[Math.floor(round / 2) % MIDDLES.length] ?? 'writing'
  const [holder, other] = round % 4 < 2 ? REPLICAS : [REPLICAS[1], REPLICAS[0]]
  return { round, middle, holder, other, after: 1 + Math.floor(Math.random() * FARTHEST * WHOLE[middle]) }
}

const server = await startPostgres()
const began = performance.now()

async function disturbed(): Promise<{ held: Held; fared: (Killed | Frozen)[] }> {
  const world = await newWorld({ url: server.url, schema: 'disturbed' }, SLOW_MS)
  const fared: (Killed | Frozen)[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      await writeSignals(world.folder, round, accounts)
      const way: TakeOver = round < rounds - Number(values.waited) ? 'aged' : 'waited'
      const disturb = round % 2 === 0 ? freezeHolder : killHolder
      const what = disturbance(round)
      const one = await disturb(world, what, way)
      fared.push(one)
      process.stderr.write(
        `${round + 1} of ${rounds}: ${one.kind} ${what.middle} after ${what.after}, ${way}\n`,
      )
    }
    return { held: heldBy(world), fared }
  } finally {
    await world.close()
  }
}

async function undisturbed(): Promise<Held> {
  const world = await newWorld({ url: server.url, schema: 'undisturbed' }, { crm: 0, receiver: 0 })
  try {
    for (let round = 0; round < rounds; round++) await undisturbedRound(world, round, accounts)
    return heldBy(world)
  } finally {
    await world.close()
  }
}

async function services(): Promise<boolean> {
  const world = await newWorld({ url: server.url, schema: 'services' }, SLOW_MS)
  try {
    const { takenOverMs, thawed, code } = await disturbServices(world, accounts)
    const held = heldBy(world)
    const wrongs = wrongsIn(held, held)
    const seconds = (ms: number) => (ms / 1_000).toFixed(1)
    const all = 2 * accounts
    const ids = new Set(held.told.map(({ id }) => id)).size
    console.table({
      'services: accounts, each in two CRMs': all,
      'seconds from the freeze until the other one wrote': seconds(takenOverMs.frozen),
      'seconds from the kill until the other one wrote': seconds(takenOverMs.killed),
      'the thawed one says': thawed.says,
      'and goes on serving': thawed.servesOn,
      'the one that is left ends, when told to stop, with': code,
      'records (2 for each account)': held.records.length,
      'records twice': wrongs.recordsTwice.length,
      'tasks (2 for each account)': held.tasks.length,
      'tasks twice': wrongs.tasksTwice.length,
      'webhook ids (2 for each account)': ids,
      'told again, under the same id': held.told.length - ids,
      'changes under more than one id': wrongs.changesWithManyIds.length,
    })
    const isWhole = [held.records.length, held.tasks.length, ids].every(count => count === 2 * all)
    const isTwice = Object.values(wrongs).some(some => some.length > 0)
    return isWhole && !isTwice && thawed.servesOn && code === EXIT.done
  } finally {
    await world.close()
  }
}

try {
  const { held, fared } = await disturbed()
  const wrongs = wrongsIn(held, await undisturbed())
  const frozen = fared.filter(one => one.kind === 'frozen')
  const reached = fared.filter(one => one.reached)
  const unclear = frozen
    .filter(one => one.reached)
    .filter(({ holder: { code, stderr } }) => code !== EXIT.leaseHeld || !stderr.includes('lost the lease'))
  const unrefused = reached.filter(({ refused }) => refused.code !== EXIT.leaseHeld)
  const waited = fared.slice(rounds - Number(values.waited)).map(({ takenOverMs }) => takenOverMs / 1_000)
  const telling = new Set(held.told.map(({ id }) => id)).size
  console.table({
    'accounts, each in two CRMs': accounts,
    'rounds, in each of which every account moves': rounds,
    'holders killed': fared.length - frozen.length,
    'holders frozen': frozen.length,
    'disturbed in the middle of their work': reached.length,
    'thawed while the other one was at its own': frozen.filter(({ thawedMidway }) => thawedMidway).length,
    'thawed: did not end with exit 4 and "lost the lease"': unclear.length,
    'came while the lease was held, and were not refused (exit 4)': unrefused.length,
    'seconds until taken over, where nobody aged the lease': waited.map(s => s.toFixed(1)).join(', '),
    'records in both CRMs': held.records.length,
    'records twice': wrongs.recordsTwice.length,
    'records missing': wrongs.recordsMissing.length,
    'records with other fields than undisturbed': wrongs.recordsThatDiffer.length,
    'tasks in both CRMs': held.tasks.length,
    'tasks twice': wrongs.tasksTwice.length,
    'tasks missing': wrongs.tasksMissing.length,
    'webhook requests taken': held.told.length,
    'of them again, under the same id': held.told.length - telling,
    'changes not told': wrongs.changesNotTold.length,
    'changes under more than one id': wrongs.changesWithManyIds.length,
    'accounts told out of order': wrongs.toldOutOfOrder.length,
    seconds: Math.round((performance.now() - began) / 1_000),
  })
  for (const { holder } of unclear) console.error(holder.code, holder.stderr)
  for (const [what, some] of Object.entries(wrongs)) {
    if (some.length > 0) console.error(`${what}: ${some.slice(0, 10).join('; ')}`)
  }
  const isWrong = Object.values(wrongs).some(some => some.length > 0)
  if (isWrong || unclear.length > 0 || unrefused.length > 0) process.exitCode = 1
  if (values.services && !(await services())) process.exitCode = 1
} finally {
  await server.stop()
}
