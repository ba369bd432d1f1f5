import { access } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import type { RunReport } from '../../src/run/sync/report.ts'
import { acquireLease } from '../../src/state/lease/lease.ts'
import { openState } from '../../src/state/state.ts'
import { AS_OF, newPlace, type Place, TOKEN } from './place.ts'

/** Waits for something in another process. */
const eventually = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 60_000, interval: 20 })

async function readyPlace(): Promise<Place> {
  const place = await newPlace()
  await place.json('setup', 'hubspot')
  return place
}

const domainsIn = ({ sandbox }: Place) =>
  sandbox.control
    .records('companies')
    .flatMap(({ properties: { oql_domain: domain } }) => domain ?? [])
    .toSorted()

test('3: a refused record hurts only itself, until it is retried', async () => {
  const place = await readyPlace()
  const { control } = place.sandbox
  control.poison(({ properties }) => properties.oql_domain === 'gamma.dev')
  const refused = await place.oql('sync', '--as-of', AS_OF, '--json')
  expect(refused.code).toBe(3)
  const report: RunReport = JSON.parse(refused.stdout)
  expect(report.status).toBe('partial')
  expect(report.connectors.hubspot).toMatchObject({ status: 'partial', updated: 1, created: 0, rejected: 1 })

  const { rejections } = await place.json<{ rejections: Record<string, unknown>[] }>('rejections')
  expect(rejections).toEqual([
    expect.objectContaining({
      key: 'hubspot/gamma.dev',
      connector: 'hubspot',
      domain: 'gamma.dev',
      reason: expect.stringMatching(/\w/),
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
    }),
  ])
  expect((await place.oql('rejections')).stdout).toContain('hubspot/gamma.dev')

  // The same again is not sent; dismissed, neither; marked, it is.
  control.clearFaults()
  expect(await place.json('rejections', 'dismiss', 'hubspot/gamma.dev')).toEqual({ dismissed: 1 })
  expect((await place.json<RunReport>('sync', '--as-of', AS_OF)).connectors.hubspot?.created).toBe(0)
  expect(await place.json('rejections', 'retry', 'hubspot/gamma.dev')).toEqual({ retry: 1 })
  expect((await place.json<RunReport>('sync', '--as-of', AS_OF)).connectors.hubspot?.created).toBe(1)
  expect(await place.json('rejections')).toEqual({ rejections: [] })
})

test('1: a CRM that does not let us in fails the run; the next one goes on', async () => {
  const place = await readyPlace()
  await place.change('config/oql.yaml', HUBSPOT_TOKEN, 'pat-na1-revoked-token')
  const failed = await place.oql('sync', '--as-of', AS_OF, '--json')
  expect(failed.code).toBe(1)
  expect(JSON.parse(failed.stdout)).toMatchObject({ status: 'failed', accounts: { scored: 4 } })
  expect(failed.stdout + failed.stderr).not.toContain('pat-na1-revoked-token')
  const planned = (await place.oql('plan', '--as-of', AS_OF)).stdout
  expect(planned).toMatch(/hubspot failed/)
  expect(planned).toContain('No change is planned, and not everything was looked at.')
  await place.change('config/oql.yaml', 'pat-na1-revoked-token', HUBSPOT_TOKEN)
  expect((await place.oql('sync', '--as-of', AS_OF)).code).toBe(0)
  expect(domainsIn(place)).toEqual(['acme.com', 'gamma.dev'])
})

/** As it stands in the config. */
const HUBSPOT_TOKEN = `"\${HUBSPOT_TOKEN:-pat-na1-sandbox-0000-0000}"`

test('4: while another run holds the lease nothing is done', async () => {
  const place = await readyPlace()
  const url = `sqlite:${path.join(place.directory, '.oql/state.db')}`
  const lease = await acquireLease(url, new Date())
  if (lease.status === 'held') throw new Error('nobody else can hold it')
  try {
    for (const args of [
      ['sync', '--as-of', AS_OF],
      ['links', 'ignore', 'hubspot', 'acme.com'],
    ]) {
      const { code, stdout, stderr } = await place.oql(...args, '--json')
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
      expect(stderr).toContain(`process ${process.pid}`)
    }
    expect((await place.oql('plan', '--as-of', AS_OF)).code).toBe(0)
  } finally {
    await lease.release()
  }
  expect((await place.oql('sync', '--as-of', AS_OF)).code).toBe(0)
})

test('kill -9 while the CRM has said yes and we have not heard it: the next run makes no second record', async () => {
  const place = await readyPlace()
  const { control } = place.sandbox
  const aMinute = 60_000
  control.fault({
    trouble: { kind: 'slow', at: 'after_commit', delayMs: aMinute },
    path: 'batch/create|batch/upsert',
    kind: 'write',
  })
  const run = place.start('sync', '--as-of', AS_OF)
  await eventually(() => expect(domainsIn(place)).toContain('gamma.dev'))
  run.child.kill('SIGKILL')
  await run.ended

  const { connectors } = await place.json<RunReport>('sync', '--as-of', AS_OF)
  expect(connectors.hubspot).toMatchObject({ status: 'ok', linked: 2 })
  expect(domainsIn(place)).toEqual(['acme.com', 'gamma.dev'])
  const gammas = control.records('companies').filter(({ properties }) => properties.domain === 'gamma.dev')
  expect(gammas).toHaveLength(1)
  expect(gammas[0]?.properties).toMatchObject({ oql_stage: 'ongoing_usage', oql_domain: 'gamma.dev' })
  const { runs } = await place.json<{ runs: { status: string }[] }>('runs')
  expect(runs.map(({ status }) => status)).toEqual(['ok', 'failed'])
})

test('Ctrl-C lets the batch under way end, records it, and the next run does the rest', async () => {
  const place = await readyPlace()
  const { control } = place.sandbox
  control.fault({ trouble: { kind: 'slow', at: 'after_commit', delayMs: 1_500 }, kind: 'write' })
  const run = place.start('sync', '--as-of', AS_OF, '--json')
  await eventually(() => expect(domainsIn(place).length).toBeGreaterThan(0))
  run.child.kill('SIGINT')
  const { code, stdout, stderr } = await run.ended
  expect(stderr).toContain('Stopping')
  const report: RunReport = JSON.parse(stdout)
  // It may have been the last batch: then all is done.
  expect([0, 3]).toContain(code)
  expect(
    (report.connectors.hubspot?.created ?? 0) + (report.connectors.hubspot?.updated ?? 0),
  ).toBeGreaterThan(0)
  const next = await place.json<RunReport>('sync', '--as-of', AS_OF)
  expect(next.connectors.hubspot).toMatchObject({ status: 'ok', linked: 2 })
  expect(domainsIn(place)).toEqual(['acme.com', 'gamma.dev'])
})

test('serve runs what is overdue, and SIGTERM ends it in good order', async () => {
  const place = await readyPlace()
  await place.write('config/oql.yaml', await withSchedule(place))
  const service = place.start('serve')
  await eventually(async () => expect(await lastStatus(place)).toBe('ok'))
  service.child.kill('SIGTERM')
  const { code, stdout, stderr } = await service.ended
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  for (const line of stderr.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect(stderr).toContain('run ended')
  expect(stderr).not.toContain(TOKEN)
  const { runs } = await place.json<{ runs: { status: string }[] }>('runs')
  expect(runs.map(({ status }) => status)).toEqual(['ok'])
  await expect(access(path.join(place.directory, '.oql/state.db.lock.json'))).rejects.toThrow()
})

async function lastStatus({ directory }: Place): Promise<string | undefined> {
  const state = await openState(`sqlite:${path.join(directory, '.oql/state.db')}`, { readOnly: true })
  try {
    return (await state.runs.list(1))[0]?.status
  } finally {
    await state.close()
  }
}

/** Once a year: only what is overdue runs. Port 0: any that is free. */
const withSchedule = async (place: Place): Promise<string> =>
  `${await place.read('config/oql.yaml')}\nschedule: { cron: "0 0 1 1 *" }\nserve: { port: 0 }\n`

test('1: a run that the guard stops is still one document on stdout, and its reason on stderr', async () => {
  const place = await readyPlace()
  await place.change('config/oql.yaml', 'version: 1', 'version: 1\nguard: { max_staleness: 1s }')
  const stopped = await place.oql('sync', '--as-of', AS_OF, '--json')
  expect(stopped.code).toBe(1)
  const report: RunReport = JSON.parse(stopped.stdout)
  expect(report).toMatchObject({
    status: 'failed',
    accounts: { scored: 0 },
    connectors: {},
    stageChanges: { total: 0 },
  })
  expect(stopped.stderr).toMatch(/max_staleness[\s\S]*--yes/)
  expect((await place.oql('sync', '--as-of', AS_OF, '--json', '--yes')).code).toBe(0)
})
