/** A process of its own that does one thing to a state, tells so on stdout, and stays until it is killed. */
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import type { StatePlace } from '../../../src/state/database/location.ts'
import { acquireLease } from '../../../src/state/lease/lease.ts'
import { forkState, openState, type State } from '../../../src/state/state.ts'
import { account } from '../../unit/state/account.ts'

const [act, given = '""'] = process.argv.slice(2)
const place: StatePlace | string = JSON.parse(given)
const tell = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`)
const forever = () => new Promise<never>(() => setInterval(() => {}, 60_000))

const acts: Record<string, () => Promise<void>> = {
  /** Opens and closes the state of each place that comes in, as soon as it comes. */
  async 'open-each'() {
    tell('ready')
    for await (const line of createInterface({ input: process.stdin })) {
      const state = await openState(JSON.parse(line))
      tell({ runs: (await state.runs.list(10)).length })
      await state.close()
    }
  },

  /** Stands in a transaction that has only read so far. */
  async 'only-read'() {
    const state = await openState(place)
    await state.transaction(async inside => {
      tell(await inside.runs.list(10))
      await forever()
    })
  },

  /** Stands in the middle of a transaction that changed an account and added more than the cache (64 MiB) holds. */
  async 'half-written'() {
    const state = await openState(place)
    await state.transaction(async inside => {
      const many = Array.from({ length: 8_000 }, (_, index) =>
        account(`c${index}.com`, { reason: 'x'.repeat(10_000) }),
      )
      await inside.accounts.put([account('acme.com', { stage: 'inactive' }), ...many], 'run-1')
      tell('half written')
      await forever()
    })
  },

  /** Tells why a transaction that needs more room than there is did not go through. */
  async 'write-much'() {
    const state = await openState(place)
    const many = Array.from({ length: 8_000 }, (_, index) =>
      account(`c${index}.com`, { reason: 'x'.repeat(10_000) }),
    )
    const error: unknown = await state.accounts.put(many, 'run-1').catch((reason: unknown) => reason)
    tell(error instanceof Error ? { ...error, name: error.name, message: error.message } : 'written')
    await state.close()
  },

  /** Commits an account and stays open. */
  async committed() {
    const state = await openState(place)
    await state.accounts.put([account('acme.com', { stage: 'inactive' })], 'run-1')
    tell('committed')
    await forever()
    await state.close()
  },

  /** Ends without closing its copy. */
  async 'fork-and-exit'() {
    const fork = await forkState(place)
    tell({ runs: (await fork.runs.list(10)).length, copy: (await readdir(tmpdir())).length })
    process.exit(0)
  },

  async lease() {
    const lease = await acquireLease(place, new Date('2025-06-02T00:00:00Z'))
    tell(lease.status)
    if (lease.status === 'acquired') {
      await forever()
      await lease.release()
    }
  },

  /** Has nothing more to do, but for the lease. */
  async 'lease-and-end'() {
    const lease = await acquireLease(place, new Date('2025-06-02T00:00:00Z'))
    tell(lease.status)
  },

  /** Holds the lease, and does what it is told to, with a word on how it went. */
  async holder() {
    const lease = await acquireLease(place, new Date('2025-06-02T00:00:00Z'))
    if (lease.status === 'held') throw new Error('another one holds the lease')
    const state = await openState(place, { lease })
    const outcomeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: unknown) => (error instanceof Error ? { ...error, message: error.message } : error),
      )
    const write = (within: State) => within.accounts.put([account('holder.com')], 'run-1')
    let midway = Promise.withResolvers<void>()
    let open: Promise<unknown> = Promise.resolve()
    const orders: Record<string, () => Promise<unknown>> = {
      write: () => outcomeOf(write(state)),
      /** A statement that stands alone. */
      'write-alone': () => outcomeOf(state.candidates.clear('hubspot')),
      assert: () => outcomeOf(lease.assertHeld()),
      lost: async () => lease.lost.aborted,
      begin: async () => {
        const begun = Promise.withResolvers<void>()
        midway = Promise.withResolvers<void>()
        open = outcomeOf(
          state.transaction(async inside => {
            await write(inside)
            begun.resolve()
            await midway.promise
          }),
        )
        await begun.promise
        return 'begun'
      },
      end: async () => {
        midway.resolve()
        return open
      },
      release: async () => {
        await state.close()
        await lease.release()
        return 'released'
      },
    }
    tell('acquired')
    for await (const line of createInterface({ input: process.stdin })) tell(await orders[line]?.())
  },

  /** As somebody who may read everything and write nothing. */
  async 'open-as-nobody'() {
    process.setuid?.(65534)
    const error = await openState(place).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    tell(error instanceof Error ? { ...error, message: error.message } : 'opened')
  },
}

await acts[act ?? '']?.()
