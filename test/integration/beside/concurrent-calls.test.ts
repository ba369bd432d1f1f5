import { setImmediate as later } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { openConnector } from '../../../src/delivery/session/open-connector.ts'
import { hubSpotProject } from '../../project/hubspot-project.ts'

it('the last calls of a budget are given once each, while the lease of each write is looked at', async () => {
  const project = await hubSpotProject({ entry: '    budget: 10%', portal: { limits: { perDay: 100 } } })
  const entry = project.entry()
  await project.inState(async state => {
    const { call, ledger, session } = await openConnector(
      entry,
      {
        signal: new AbortController().signal,
        clock: { now: () => project.clock.now(), sleep: async () => undefined },
        log: pino({ level: 'silent' }),
        assertHeld: async () => later(),
      },
      state,
    )
    // What the portal allows is known after an answer.
    await session.describe('companies', call)
    const sent = await Promise.allSettled(
      Array.from({ length: 30 }, () => call.request({ kind: 'write' }, async () => later())),
    )
    expect(ledger?.standing()).toEqual({ used: 10, of: 10 })
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(9)
    await session.close()
  })
})
