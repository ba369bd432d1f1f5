import { pino } from 'pino'
import { expect, it } from 'vitest'
import { blankReport } from '../../../src/delivery/connector-report.ts'
import { type AccountChange, noticesFor } from '../../../src/plan/notices/make-notices.ts'
import { noticeRules } from '../../../src/run/notices/first-run.ts'
import { noticesOfRun } from '../../../src/run/notices/notices-of-run.ts'
import type { RunSurroundings } from '../../../src/run/surroundings.ts'
import type { State } from '../../../src/state/state.ts'
import { memoryProject, NOW, onlyCrm } from '../../project/memory-project.ts'
import { AS_OF, account } from '../../unit/plan/situations.ts'
import { type Kill, Killed, killingState } from './killing-state.ts'
import { hook, notifying } from './outbox-project.ts'
import { newReceiver, type Receiver } from './receiver.ts'

const DOMAINS = ['a.com', 'b.com', 'c.com']
/** Two changes of each account, an hour apart. */
const CHANGES: readonly AccountChange[] = [
  { about: 'stage', from: null, to: 'investigation', direction: 'first' },
  { about: 'stage', from: 'investigation', to: 'experimentation', direction: 'up' },
]

/** A run that is over but for its notices: accounts are remembered and written, their changes lie in the outbox. */
async function readyToTell(receiver: Receiver, slack: Receiver) {
  const project = await memoryProject(['crm'], {
    mapping: 'on_stage_change: [ { task: { when: {} } } ]',
    main: `${notifying(
      hook(receiver.url, 'after: crm'),
      `{ name: sales, use: slack, url: "${slack.url}", allow_private: true, digest_above: 2 }`,
    )}notices: { on_first_run: notify, max_per_run: 100000 }\n`,
  })
  const crm = onlyCrm(project)
  const clock = { at: NOW.getTime() }
  const config = project.config()
  const run: RunSurroundings = {
    config,
    model: config.model,
    asOf: AS_OF,
    clock: {
      now: () => clock.at,
      sleep: async ms => {
        clock.at += ms
      },
    },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
  }
  const prepare = async (state: State) => {
    await state.runs.begin({ id: 'run', startedAt: AS_OF, asOf: AS_OF, model: { name: 'm', hash: 'h' } })
    await state.accounts.put(
      DOMAINS.map(domain => account({ domain })),
      'run',
    )
    await state.links.put(
      DOMAINS.map(domain => ({
        connector: 'crm',
        domain,
        object: 'companies',
        remoteId: crm.add({ domain }),
        by: 'domain' as const,
        stamped: true,
      })),
    )
    const rules = await noticeRules({ config, model: config.model, asOf: AS_OF, since: NOW }, state, 'run')
    for (const [hour, change] of CHANGES.entries()) {
      const at = new Date(AS_OF.getTime() + hour * 3_600_000)
      for (const domain of DOMAINS) {
        await state.notices.add(noticesFor(account({ domain }), [change], { ...rules, at }).notices)
      }
    }
  }
  return {
    project,
    crm,
    clock,
    run,
    prepare,
    parts: () => ({
      connectors: { crm: blankReport() },
      unplanned: new Set<string>(),
      puttingOff: new Set<string>(),
    }),
  }
}

/** @returns whether the kill came before the end */
async function killedOnce(kill: Kill): Promise<boolean> {
  const [receiver, slack] = [await newReceiver(), await newReceiver()]
  // What fails first must not be overtaken.
  receiver.answer = (_, n) => ({ status: n <= 3 ? 500 : 200 })
  const { project, crm, clock, run, prepare, parts } = await readyToTell(receiver, slack)
  return project.inState(async state => {
    await prepare(state)
    const dying = killingState(state, kill)
    await noticesOfRun(run, dying.state, 'run', parts()).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error
    })
    for (let runs = 0; runs < 3 && (await state.notices.count('pending')) > 0; runs++) {
      clock.at += 60_000
      await noticesOfRun(run, state, 'run', parts())
    }
    expect(await state.notices.count('delivered')).toBe(3 * DOMAINS.length * CHANGES.length)
    expect(crm.made.map(({ id }) => id).toSorted()).toEqual(
      [...new Set(crm.made.map(({ id }) => id))].toSorted(),
    )
    expect(crm.made).toHaveLength(DOMAINS.length * CHANGES.length)
    expect(ordersOf(receiver)).toEqual(new Map(DOMAINS.map(domain => [domain, ['first', 'up']])))
    expect(new Set(receiver.taken()).size).toBe(DOMAINS.length * CHANGES.length)
    expect(new Set(slack.requests.map(({ body }) => body)).size).toBe(1)
    return dying.isKilled()
  })
}

/** Domain → the directions that were taken of it, each when it first was. */
function ordersOf({ requests }: Receiver): Map<string, string[]> {
  const orders = new Map<string, string[]>(DOMAINS.map(domain => [domain, []]))
  for (const { body } of requests.filter(({ isTaken }) => isTaken)) {
    const { domain, direction } = JSON.parse(body).data
    const told = orders.get(domain) ?? []
    if (!told.includes(direction)) orders.set(domain, [...told, direction])
  }
  return orders
}

it.each([false, true])(
  'a kill at any step loses nothing, makes no task twice, and keeps the order (the step was done: %s)',
  async isDone => {
    let nth = 1
    while (await killedOnce({ nth, isDone })) nth++
    expect(nth).toBeGreaterThan(20)
  },
)
