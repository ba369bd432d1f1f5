import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { webhookBody } from '../../../src/config/schema/webhook-schema.ts'
import { retryNotices } from '../../../src/run/notices/retry-notices.ts'
import { DAY_MS, hook, notifying, outboxProject, settledProject } from './outbox-project.ts'
import { newReceiver } from './receiver.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
/** The headers that a signature hangs on. */
const signed = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name => [name, String(headers[name])]),
  )

const many = (count: number) =>
  Array.from({ length: count }, (_, n) => `new${String(n).padStart(3, '0')}.com`)

describe('a webhook', () => {
  it('tells of each change once, in a body that its schema describes, signed by the scheme', async () => {
    const receiver = await newReceiver()
    const project = await settledProject([], { main: notifying(hook(receiver.url, `secret: "${SECRET}"`)) })
    await project.signals('2026-06-04', 'acme.com', 'beta.com')
    // The signature's time is checked against the real clock.
    project.clock.at = Date.now()
    const report = await project.run('2026-06-05')
    expect(report).toMatchObject({
      status: 'ok',
      notices: { delivered: 2, pending: 0, failed: 0, dropped: 0 },
    })
    expect(report.problems).toBeUndefined()
    expect(receiver.requests).toHaveLength(2)
    for (const { body, headers } of receiver.requests) {
      const told = webhookBody.parse(new Webhook(SECRET).verify(body, signed(headers)))
      expect(told).toEqual(JSON.parse(body))
      expect(told).toMatchObject({ type: 'oql.stage_changed', data: { from: null, direction: 'first' } })
      expect(headers['content-type']).toBe('application/json')
    }
    expect((await project.notices()).map(({ id, status }) => [id, status]).toSorted()).toEqual(
      receiver
        .taken()
        .map(id => [id, 'delivered'])
        .toSorted(),
    )
    expect((await project.run('2026-06-05')).notices.delivered).toBe(0)
    expect(receiver.requests).toHaveLength(2)
  })

  it('keeps the order of each account, and holds later changes back while an earlier one is not delivered', async () => {
    const receiver = await newReceiver()
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    const moveOf = (body: string): string => {
      const { data } = JSON.parse(body)
      return `${data.domain} ${data.direction}`
    }
    receiver.answer = ({ body }) => ({ status: moveOf(body) === 'acme.com first' ? 503 : 200 })
    await project.signals('2026-06-04', 'acme.com', 'beta.com')
    await project.run('2026-06-05')
    expect((await project.run('2026-08-10')).notices).toMatchObject({ pending: 2 })
    receiver.answer = () => ({ status: 200 })
    project.clock.at += DAY_MS
    await project.signals('2026-08-11', 'acme.com', 'beta.com')
    expect((await project.run('2026-08-12')).notices).toMatchObject({ pending: 0 })
    const moves = receiver.requests.filter(one => one.isTaken).map(({ body }) => moveOf(body))
    for (const domain of ['acme.com', 'beta.com']) {
      expect(moves.filter(move => move.startsWith(domain))).toEqual([
        `${domain} first`,
        `${domain} down`,
        `${domain} back`,
      ])
    }
  })

  it('that fails 30 % of the time, loses answers and resets connections gets every change, each with one id', async () => {
    const receiver = await newReceiver()
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    const domains = many(60)
    receiver.answer = (_, n) =>
      n % 10 < 2
        ? 'reset'
        : n % 10 === 3
          ? { status: 500 }
          : n % 10 === 6
            ? 'taken_and_reset'
            : { status: 200 }
    await project.signals('2026-06-04', ...domains)
    let report = await project.run('2026-06-05')
    for (let run = 0; run < 10 && report.notices.pending > 0; run++) {
      project.clock.at += 3_600_000
      report = await project.run('2026-06-05')
    }
    expect(report.notices).toMatchObject({ pending: 0, failed: 0 })
    const idOf = new Map<string, Set<string>>()
    for (const { headers, body, isTaken } of receiver.requests) {
      if (!isTaken) continue
      const { domain } = JSON.parse(body).data
      idOf.set(domain, (idOf.get(domain) ?? new Set()).add(String(headers['webhook-id'])))
    }
    expect([...idOf.keys()].toSorted()).toEqual(domains)
    expect([...idOf.values()].every(ids => ids.size === 1)).toBe(true)
  })

  it('that is down is left alone after a while, and each notice keeps its attempts for later', async () => {
    const receiver = await newReceiver()
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', ...many(100))
    await receiver.close()
    const report = await project.run('2026-06-05')
    expect(report).toMatchObject({ status: 'ok', notices: { delivered: 0, pending: 100, failed: 0 } })
    expect(report.problems?.join()).toMatch(
      /hook: \d+ notices wait for their next attempt: the connection was refused/,
    )
    const attempts = (await project.notices()).reduce((all, notice) => all + notice.attempts, 0)
    expect(attempts).toBeLessThan(40)
  })

  it('fails for good after its attempts, which the report and the exit tell, and is sent again when asked', async () => {
    const receiver = await newReceiver()
    receiver.answer = () => ({ status: 500 })
    const project = await settledProject([], {
      main: `${notifying(hook(receiver.url))}notices: { attempts: 3 }\n`,
    })
    await project.signals('2026-06-04', 'acme.com')
    const report = await project.run('2026-06-05')
    expect(report).toMatchObject({ status: 'partial', notices: { delivered: 0, pending: 0, failed: 1 } })
    expect(report.problems?.join()).toMatch(
      /hook: 1 notice failed for good: gave up after 3 attempts: HTTP 500/,
    )
    expect(receiver.requests).toHaveLength(3)
    const [failed] = await project.notices()
    expect(failed).toMatchObject({ status: 'failed', attempts: 3 })

    expect((await project.run('2026-06-05')).status).toBe('ok')
    expect(receiver.requests).toHaveLength(3)
    receiver.answer = () => ({ status: 200 })
    expect(await retryNotices(project.config(), [failed?.id ?? ''], new Date(project.clock.at))).toBe(1)
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1, failed: 0 })
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('says in no error, report or state where it goes, and repeats nothing that the receiver says', async () => {
    const receiver = await newReceiver()
    const answers = [
      { status: 500, body: 'a secret of the receiver' },
      'reset' as const,
      { status: 302, headers: { location: receiver.url } },
    ]
    receiver.answer = (_, n) => answers[n % answers.length] ?? 'reset'
    const project = await settledProject([], {
      main: notifying(hook(receiver.url, `secret: "${SECRET}"`)),
    })
    await project.signals('2026-06-04', 'acme.com', 'beta.com', 'gamma.com')
    const report = await project.run('2026-06-05')
    const all = JSON.stringify([report, await project.notices()])
    expect(all).toMatch(/HTTP 500|reset|redirect/)
    for (const secret of ['s3cr3t-path', '127.0.0.1', SECRET, 'a secret of the receiver'])
      expect(all).not.toContain(secret)
  })

  it('follows no redirect', async () => {
    const [receiver, elsewhere] = [await newReceiver(), await newReceiver()]
    receiver.answer = () => ({ status: 307, headers: { location: elsewhere.url } })
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', 'acme.com')
    expect((await project.run('2026-06-05')).problems?.join()).toContain('HTTP 307: a redirect')
    expect(elsewhere.requests).toEqual([])
  })

  it('is tried again where it refuses, and never more where it is gone', async () => {
    const receiver = await newReceiver()
    receiver.answer = (_, n) => ({ status: n === 1 ? 401 : 200 })
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', 'acme.com')
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1 })
    receiver.answer = () => ({ status: 410 })
    await project.signals('2026-06-06', 'beta.com')
    expect(await project.run('2026-06-07')).toMatchObject({ status: 'partial', notices: { failed: 1 } })
    expect(receiver.requests).toHaveLength(3)
  })

  it('that asks for a pause gets nothing at all for so long, over runs too', async () => {
    const receiver = await newReceiver()
    receiver.answer = (_, n) =>
      n <= 5 ? { status: 429, headers: { 'retry-after': '7200' } } : { status: 200 }
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', ...many(12))
    await project.run('2026-06-05')
    project.clock.at += 3_600_000
    await project.run('2026-06-05')
    expect(receiver.requests).toHaveLength(5)
    project.clock.at += 3_700_000
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 12, pending: 0 })
  })

  it.each(['https://127.0.0.1:9/x', 'https://localhost:9/x', 'https://[::1]:9/x'])(
    'to a private address is refused unless that is allowed: %s',
    async url => {
      const project = await settledProject([], {
        main: notifying(`{ name: hook, use: webhook, url: "${url}" }`),
      })
      await project.signals('2026-06-04', 'acme.com')
      const report = await project.run('2026-06-05')
      expect(report.notices).toMatchObject({ delivered: 0, pending: 1 })
      expect(report.problems?.join()).toMatch(/private address \(allow_private/)
    },
  )
})

describe('what is too much or too late', () => {
  it('more than max_per_run waits for the next run, oldest first, and nothing is lost', async () => {
    const receiver = await newReceiver()
    const project = await settledProject([], {
      main: `${notifying(hook(receiver.url))}notices: { max_per_run: 20 }\n`,
    })
    await project.signals('2026-06-04', ...many(50))
    const first = await project.run('2026-06-05')
    expect(first).toMatchObject({ status: 'ok', notices: { delivered: 20, pending: 30 } })
    expect(first.problems).toEqual([
      'hook: notices.max_per_run is reached; what is left waits for the next run',
    ])
    await project.run('2026-06-05')
    const last = await project.run('2026-06-05')
    expect(last.notices).toMatchObject({ delivered: 10, pending: 0 })
    expect(last.problems).toBeUndefined()
    expect(new Set(receiver.taken()).size).toBe(50)
  })

  it('what was not delivered before expire_after has failed, and may be asked for', async () => {
    const receiver = await newReceiver()
    receiver.answer = () => ({ status: 500 })
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', 'acme.com')
    await project.run('2026-06-05')
    project.clock.at += 8 * DAY_MS
    receiver.answer = () => ({ status: 200 })
    const report = await project.run('2026-06-05')
    expect(report).toMatchObject({ status: 'partial', notices: { delivered: 0, failed: 1, pending: 0 } })
    expect(await project.notices()).toMatchObject([
      { status: 'failed', error: 'not delivered before notices.expire_after: HTTP 500' },
    ])
    await retryNotices(project.config(), 'all', new Date(project.clock.at))
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1 })
  })

  it('an attempt that a clock put off before it was set back is not put off for years', async () => {
    const receiver = await newReceiver()
    receiver.answer = () => ({ status: 500 })
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', 'acme.com')
    const right = project.clock.at
    project.clock.at += 400 * DAY_MS
    await project.run('2026-06-05')
    project.clock.at = right
    receiver.answer = () => ({ status: 200 })
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1 })
  })

  it('what was settled long ago is dropped from the outbox', async () => {
    const receiver = await newReceiver()
    const project = await settledProject([], {
      main: `${notifying(hook(receiver.url))}retention: { notices: 90d }\n`,
    })
    await project.signals('2026-06-04', 'acme.com')
    await project.run('2026-06-05')
    project.clock.at += 80 * DAY_MS
    await project.run('2026-06-05')
    expect(await project.notices()).toHaveLength(1)
    project.clock.at += 11 * DAY_MS
    await project.run('2026-06-05')
    expect(await project.notices()).toEqual([])
  })

  it('a stop lets what is under way end, and the next run goes on', async () => {
    const receiver = await newReceiver()
    const stop = new AbortController()
    receiver.answer = (_, n) => {
      if (n === 2) stop.abort()
      return { status: 200 }
    }
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', ...many(30))
    const stopped = await project.run('2026-06-05', { signal: stop.signal })
    expect(stopped.notices.delivered).toBe(receiver.requests.length)
    expect(stopped.notices.pending).toBeGreaterThan(0)
    await project.run('2026-06-05')
    expect(receiver.taken()).toHaveLength(30)
  })
})

describe('a dry run', () => {
  it('tells nobody, and says how much there would be to tell', async () => {
    const receiver = await newReceiver()
    const project = await settledProject([], { main: notifying(hook(receiver.url)) })
    await project.signals('2026-06-04', 'acme.com')
    const plan = await project.plan('2026-06-05')
    expect(plan.report.notices).toEqual({ delivered: 0, pending: 1, failed: 0, dropped: 0 })
    await plan.close()
    expect(receiver.requests).toEqual([])
    expect(await project.notices()).toEqual([])
  })
})

describe('a run that scores nothing', () => {
  it('remembers no change, and so tells of none', async () => {
    const receiver = await newReceiver()
    const project = await outboxProject([], {
      main: `${notifying(hook(receiver.url))}notices: { on_first_run: notify }\nguard: { max_staleness: 3d }\n`,
    })
    await project.signals('2026-06-04', 'acme.com')
    await expect(project.run('2026-06-20', { guarded: true })).rejects.toThrow(/max_staleness/)
    expect(await project.notices()).toEqual([])
    expect(receiver.requests).toEqual([])
  })
})
