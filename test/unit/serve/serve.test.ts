import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { EXIT, UserError } from '../../../src/domain/errors.ts'
import { failedReport, RunFailed } from '../../../src/run/sync/run-failed.ts'
import { NOW, RECENT, REPORT, run, start } from './service.ts'

const never = () => new Promise<never>(() => {})

describe('health', () => {
  test('a process that answers lives', async () => {
    const { ask } = await start({}, { token: 'a-token' })
    const answer = await ask('/healthz')
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
  })

  test('it is ready while the state can be read', async () => {
    const { ask } = await start({}, { token: 'a-token' })
    const answer = await ask('/readyz')
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }])
  })

  test.each([new UserError('The state postgres://db/oql is away'), new Error('postgres://oql:hunter2@db')])(
    'it is not while the state is away, and says so in one fixed sentence: probes have no token',
    async fault => {
      const { ask, log } = await start({ look: () => Promise.reject(fault) })
      const told = await ask('/readyz')
      expect([told.status, await told.json()]).toEqual([
        503,
        { status: 'not ready', reason: 'the state can not be read' },
      ])
      expect(log()).toContain(fault.message)
    },
  )

  test('while it stops it lives and is not ready', async () => {
    const { ask, post, stop } = await start({ run: never })
    void post('/api/runs')
    await expect
      .poll(async () => await (await ask('/api/status')).json())
      .not.toMatchObject({ underWay: null })
    stop()
    expect((await ask('/healthz')).status).toBe(200)
    const answer = await ask('/readyz')
    expect([answer.status, await answer.json()]).toEqual([503, { status: 'not ready', reason: 'stopping' }])
  })
})

describe('who is let in', () => {
  test.each(['/metrics', '/api/status'])('%s wants the token', async path => {
    const { ask } = await start({}, { token: 'right-token' })
    const statuses = await Promise.all(
      [undefined, 'Bearer wrong-token', 'Bearer right-tokens', 'right-token', 'Bearer right-token'].map(
        async authorization =>
          (await ask(path, authorization === undefined ? {} : { headers: { authorization } })).status,
      ),
    )
    expect(statuses).toEqual([401, 401, 401, 400, 200])
  })

  test('without a token a page of another site is not', async () => {
    const { url, post } = await start()
    expect((await post('/api/pause', { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('/api/pause', { origin: url })).status).toBe(200)
  })

  test('without a token a name that was pointed here is not', async () => {
    const { url } = await start()
    const status = await new Promise(resolve => {
      request(`${url}/api/pause`, { method: 'POST', headers: { host: 'evil.example' } }, answer => {
        answer.resume()
        resolve(answer.statusCode)
      }).end()
    })
    expect(status).toBe(403)
  })

  test('it refuses to let the network in without a token', async () => {
    await expect(start({}, { host: '0.0.0.0' })).rejects.toMatchObject({
      exitCode: EXIT.usage,
      hint: expect.stringContaining('serve.token'),
    })
  })

  test('a token that no request could bring is refused', async () => {
    await expect(start({}, { token: 'not möglich' })).rejects.toMatchObject({ exitCode: EXIT.usage })
  })

  test('a port that is taken is told', async () => {
    const { url } = await start()
    const port = Number(new URL(url).port)
    await expect(start({}, { port })).rejects.toThrow(`127.0.0.1:${port} is taken`)
  })
})

describe('requests that nobody knows', () => {
  test.each([
    ['DELETE', '/api/runs', 405],
    ['POST', '/healthz', 405],
    ['PUT', '/api/status', 405],
    ['GET', '/etc/passwd', 404],
    ['GET', '/api/nothing', 404],
  ])('%s %s is %i, as JSON', async (method, path, status) => {
    const { ask } = await start()
    const answer = await ask(path, { method })
    expect([answer.status, await answer.json()]).toEqual([status, { error: expect.any(String) }])
  })

  test('a body is not taken', async () => {
    const { ask } = await start()
    expect((await ask('/api/pause', { method: 'POST', body: 'x'.repeat(5_000) })).status).toBe(413)
  })

  test('an error of ours shows no trace', async () => {
    const { ask, log } = await start({ look: () => Promise.reject(new Error('hunter2')) })
    const answer = await ask('/api/status')
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"the log tells why"}'])
    expect(log()).toContain('hunter2')
  })
})

describe('a run that is asked for', () => {
  test('begins, and its id is given', async () => {
    const ids: string[] = []
    const service = await start({
      run: async runId => {
        ids.push(runId)
        return { ...REPORT, runId }
      },
    })
    const answer = await service.post('/api/runs')
    expect([answer.status, await answer.json()]).toEqual([202, { runId: 'run-2' }])
    expect(ids).toEqual(['run-2'])
    expect(service.log()).toMatch(/"runId":"run-2".*"msg":"run ended"/)
  })

  test('is refused while one is under way', async () => {
    const { post, clock } = await start({ run: never })
    const first = post('/api/runs')
    await expect.poll(async () => (await post('/api/runs')).status).toBe(409)
    await clock.pass(2_000)
    expect((await first).status).toBe(202)
  })

  test('is refused while another process holds the lease', async () => {
    const held = new UserError('Another run holds the lease', { exitCode: EXIT.leaseHeld })
    const { post, log } = await start({ run: () => Promise.reject(held) })
    expect((await post('/api/runs')).status).toBe(409)
    expect(log()).not.toContain('"level":50')
  })

  test('runs while the schedule is paused', async () => {
    const { post } = await start()
    await post('/api/pause')
    expect((await post('/api/runs')).status).toBe(202)
  })
})

describe('the status', () => {
  test('tells the schedule, the last run, and shows no secret', async () => {
    const last = run({ ...REPORT, error: 'it is hidden' })
    const { ask } = await start({ look: async () => ({ ...RECENT, last }) })
    expect(await (await ask('/api/status')).json()).toMatchObject({
      schedule: { cron: '0 * * * *', timezone: 'UTC', jitterSeconds: 0, next: '2025-06-02T11:00:00.000Z' },
      paused: false,
      stopping: false,
      underWay: null,
      lastRun: { runId: 'run-1', status: 'ok', report: { accounts: { scored: 7 }, error: 'it is [secret]' } },
      lastError: null,
    })
  })

  test('tells a pause, and its end', async () => {
    const { ask, post } = await start()
    expect(await (await post('/api/pause')).json()).toMatchObject({ paused: true })
    expect(await (await ask('/api/status')).json()).toMatchObject({ paused: true })
    await post('/api/resume')
    expect(await (await ask('/api/status')).json()).toMatchObject({ paused: false })
  })

  test('tells why a run failed, until one does not', async () => {
    const failures: Error[] = [
      new RunFailed(
        new UserError('guard', { hint: 'go on with --yes' }),
        failedReport({ runId: 'run-2', asOf: new Date(NOW), seconds: 1, error: 'guard: too old' }),
      ),
      new Error('a bug, with hunter2'),
    ]
    const { ask, post } = await start({
      run: () => {
        const failure = failures.shift()
        return failure === undefined ? Promise.resolve(REPORT) : Promise.reject(failure)
      },
    })
    const errors: unknown[] = []
    for (let attempt = 0; attempt < 3; attempt++) {
      await post('/api/runs')
      errors.push(await (await ask('/api/status')).json())
    }
    expect(errors).toMatchObject([
      { lastError: { message: 'guard: too old', hint: 'go on with --yes' } },
      { lastError: { message: 'an error that should not be: the log has it', hint: null } },
      { lastError: null },
    ])
  })
})

describe('stopping', () => {
  test('waits for the run under way', async () => {
    let end = () => {}
    const { post, stop, ended, clock } = await start({
      run: () => new Promise(resolve => (end = () => resolve(REPORT))),
    })
    const asked = post('/api/runs')
    await expect.poll(async () => (await post('/api/runs')).status).toBe(409)
    stop()
    await asked
    end()
    expect(await ended).toBe(true)
    expect(clock.now()).toBe(Date.parse(NOW))
  })

  test('gives up a run that does not end in time, a scheduled one too', async () => {
    const { stop, ended, clock } = await start({ look: async () => ({ ...RECENT, last: null }), run: never })
    await clock.pass(0)
    stop()
    await clock.pass(30_000)
    expect(await ended).toBe(false)
  })
})
