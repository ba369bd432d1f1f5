import { expect, test } from 'vitest'
import type { RunReport } from '../../src/run/sync/report.ts'
import { newReceiver } from '../integration/workflow/receiver.ts'
import { newPlace, type Place } from './place.ts'

interface Notices {
  notices: Record<string, unknown>[]
}

const CONFIG = ['--config', 'hooks/oql.yaml']

const signalsOf = (place: Place, day: string, domain: string) =>
  place.write(
    `hooks/${day}.csv`,
    `id,occurred_at,kind,type,account_domain,artifact,version\n${day},${day}T10:00:00Z,download,pull,${domain},server,latest\n`,
  )

test('a notice that failed is seen with its reason, sent again when asked, and its address is nowhere', async () => {
  const receiver = await newReceiver()
  receiver.answer = () => ({ status: 410 })
  const place = await newPlace()
  await place.write(
    'hooks/oql.yaml',
    `version: 1
store: { sources: [{ name: own, type: files, format: canonical, path: ./*.csv }] }
data: ./data
state: { url: "sqlite:./state.db" }
connectors: {}
notify: [ { name: hook, use: webhook, url: "${receiver.url}", allow_private: true } ]
`,
  )
  expect((await place.oql('check', ...CONFIG)).stdout).toContain(
    'hook has no secret: what is sent there is not signed',
  )
  await signalsOf(place, '2025-06-01', 'known.com')
  await place.json('sync', '--as-of', '2025-06-02', ...CONFIG)
  expect((await place.oql('notices', ...CONFIG)).stdout).toBe('No notices.\n')
  await signalsOf(place, '2025-06-03', 'acme.com')

  const failed = await place.oql('sync', '--as-of', '2025-06-04', ...CONFIG)
  expect(failed.code).toBe(3)
  expect(failed.stdout).toMatch(/Notices\s+1 failed\n.*hook: 1 notice failed for good: HTTP 410/)
  const { notices } = await place.json<Notices>('notices', '--status', 'failed', ...CONFIG)
  expect(notices).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      channel: 'hook',
      connector: null,
      about: 'stage',
      domain: 'acme.com',
      from: null,
      to: 'investigation',
      direction: 'first',
      status: 'failed',
      attempts: 1,
      error: 'HTTP 410',
      since: expect.stringMatching(/Z$/),
    },
  ])
  const shown = (await place.oql('notices', ...CONFIG)).stdout
  expect(shown).toMatch(/hook +acme\.com +none → investigation +failed/)

  const both = await place.oql('notices', 'retry', '--all', String(notices[0]?.id), ...CONFIG)
  expect(both.code).toBe(2)
  const unknown = await place.oql('notices', 'retry', String(notices[0]?.id), 'nobody', ...CONFIG)
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no failed notice is called nobody; nothing/),
  })
  expect(await place.json('notices', 'retry', String(notices[0]?.id), ...CONFIG)).toEqual({ retry: 1 })
  await place.oql('sync', '--as-of', '2025-06-04', ...CONFIG)
  expect(await place.json('notices', 'retry', ...CONFIG)).toEqual({ retry: 1 })
  // What is pending has not failed.
  expect(await place.json('notices', 'retry', ...CONFIG)).toEqual({ retry: 0 })
  receiver.answer = () => ({ status: 204 })
  const again = await place.json<RunReport>('sync', '--as-of', '2025-06-04', ...CONFIG)
  expect(again).toMatchObject({ status: 'ok', notices: { delivered: 1, pending: 0, failed: 0 } })
  const all = JSON.stringify([
    failed,
    notices,
    shown,
    again,
    (await place.oql('runs', 'show', 'last', ...CONFIG)).stdout,
  ])
  expect(all).not.toContain('s3cr3t-path')
})
