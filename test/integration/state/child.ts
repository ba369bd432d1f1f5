/** A process of its own that does one thing to a state, tells so on stdout, and stays until it is killed. */
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { acquireLease } from '../../../src/state/lease.ts'
import { forkState, openState } from '../../../src/state/state.ts'
import { account } from '../../unit/state/account.ts'

const [act, url = ''] = process.argv.slice(2)
const tell = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`)
const forever = () => new Promise<never>(() => setInterval(() => {}, 60_000))

const acts: Record<string, () => Promise<void>> = {
  /** Opens and closes the state of each url that comes in, as soon as it comes. */
  async 'open-each'() {
    tell('ready')
    for await (const line of createInterface({ input: process.stdin })) {
      const state = await openState(line)
      tell({ runs: (await state.runs.list(10)).length })
      await state.close()
    }
  },

  /** Stands in a transaction that has only read so far. */
  async 'only-read'() {
    const state = await openState(url)
    await state.transaction(async inside => {
      tell(await inside.runs.list(10))
      await forever()
    })
  },

  /** Stands in the middle of a transaction that changed an account and added more than the cache (64 MiB) holds. */
  async 'half-written'() {
    const state = await openState(url)
    await state.transaction(async inside => {
      const many = Array.from({ length: 8_000 }, (_, index) =>
        account(`c${index}.com`, { reason: 'x'.repeat(10_000) }),
      )
      await inside.accounts.put([account('acme.com', { stage: 'inactive' }), ...many], 'run-1')
      tell('half written')
      await forever()
    })
  },

  /** Commits an account and stays open. */
  async committed() {
    const state = await openState(url)
    await state.accounts.put([account('acme.com', { stage: 'inactive' })], 'run-1')
    tell('committed')
    await forever()
    await state.close()
  },

  /** Ends without closing its copy. */
  async 'fork-and-exit'() {
    const fork = await forkState(url)
    tell({ runs: (await fork.runs.list(10)).length, copy: (await readdir(tmpdir())).length })
    process.exit(0)
  },

  async lease() {
    const lease = await acquireLease(url, new Date('2025-06-02T00:00:00Z'))
    tell(lease.status)
    if (lease.status === 'acquired') {
      await forever()
      await lease.release()
    }
  },

  /** As somebody who may read everything and write nothing. */
  async 'open-as-nobody'() {
    process.setuid?.(65534)
    const error = await openState(url).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    tell(error instanceof Error ? { ...error, message: error.message } : 'opened')
  },
}

await acts[act ?? '']?.()
