import { expect, it, onTestFinished } from 'vitest'
import { openPoster } from '../../../src/workflow/post.ts'
import { newReceiver } from './receiver.ts'

/** Short, so that nobody waits; long enough for a machine that is busy to connect. */
const TIMEOUT_MS = 500

async function posting(options: { allowPrivate?: boolean; user?: string } = {}) {
  const receiver = await newReceiver()
  const { allowPrivate = true, user = '' } = options
  const poster = openPoster(
    { url: receiver.url.replace('//', `//${user}`), allowPrivate },
    () => Date.parse('2026-11-24T06:00:00Z'),
    TIMEOUT_MS,
  )
  onTestFinished(() => poster.close())
  return { receiver, post: () => poster.post('{}', {}) }
}

it('an answer that never comes is a fault, in time', async () => {
  const { receiver, post } = await posting()
  receiver.answer = () => 'silence'
  expect(await post()).toEqual({ is: 'fault', why: 'no answer in time' })
  expect(receiver.requests).toHaveLength(1)
})

it('an answer is its status, whatever follows it', async () => {
  const { receiver, post } = await posting()
  receiver.answer = () => ({ status: 200, headers: { 'content-length': '1000' }, body: 'breaks off' })
  expect(await post()).toMatchObject({ is: 'answered', status: 200 })
  receiver.answer = () => ({ status: 200, body: 'x'.repeat(5_000_000) })
  expect(await post()).toMatchObject({ is: 'answered', status: 200 })
})

it.each([
  ['120', 120_000],
  ['Tue, 24 Nov 2026 06:00:30 GMT', 30_000],
  ['Tue, 24 Nov 2026 05:00:00 GMT', 0],
  ['soon', null],
])('a pause is read where it is told: %s', async (header, retryAfterMs) => {
  const { receiver, post } = await posting()
  receiver.answer = () => ({ status: 503, headers: { 'retry-after': header } })
  expect(await post()).toEqual({ is: 'answered', status: 503, retryAfterMs })
})

it('without leave nothing goes out in clear text, nor to a private address', async () => {
  const { receiver, post } = await posting({ allowPrivate: false })
  expect(await post()).toMatchObject({ is: 'fault', why: expect.stringContaining('not https') })
  expect(receiver.requests).toEqual([])
})

it.each([
  ['ann:s3cret@', 'ann:s3cret'],
  ['ann%40acme.com:p%3Aq%2Fr%25@', 'ann@acme.com:p:q/r%'],
  ['jürgen:schlüssel@', 'jürgen:schlüssel'],
  ['token@', 'token:'],
  [':50%@', ':50%'],
])('a user and password in the url, %s, go along as Basic auth', async (user, credentials) => {
  const { receiver, post } = await posting({ user })
  expect(await post()).toMatchObject({ is: 'answered', status: 204 })
  const [request] = receiver.requests
  const sent = request?.headers.authorization ?? ''
  expect(sent).toMatch(/^Basic /)
  expect(Buffer.from(sent.slice('Basic '.length), 'base64').toString()).toBe(credentials)
  expect(request?.headers.host).not.toContain('@')
  expect(request?.path).toBe(new URL(receiver.url).pathname)
})

it('without one there is no such header', async () => {
  const { receiver, post } = await posting()
  await post()
  expect(receiver.requests[0]?.headers.authorization).toBeUndefined()
})
