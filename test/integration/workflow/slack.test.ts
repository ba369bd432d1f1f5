import { expect, it } from 'vitest'
import { notifying, settledProject } from './outbox-project.ts'
import { newReceiver } from './receiver.ts'

const slack = (url: string, lines = ''): string =>
  `{ name: sales, use: slack, url: "${url}", allow_private: true, ${lines} }`
const many = (count: number) =>
  Array.from({ length: count }, (_, n) => `new${String(n).padStart(3, '0')}.com`)

it('Slack hears of few changes one by one', async () => {
  const receiver = await newReceiver()
  const project = await settledProject([], { main: notifying(slack(receiver.url, 'digest_above: 3')) })
  await project.signals('2026-06-04', ...many(3))
  expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 3, pending: 0 })
  const ids = receiver.bodies().map(body => (body as { blocks: { block_id: string }[] }).blocks[0]?.block_id)
  expect(ids.toSorted()).toEqual((await project.notices()).map(({ id }) => id).toSorted())
})

it('more than digest_above become one message, which is the same when it has to be sent again', async () => {
  const receiver = await newReceiver()
  receiver.answer = (_, n) => ({ status: n === 1 ? 500 : 200 })
  const project = await settledProject([], { main: notifying(slack(receiver.url, 'digest_above: 3')) })
  await project.signals('2026-06-04', ...many(40))
  const report = await project.run('2026-06-05')
  expect(report).toMatchObject({ status: 'ok', notices: { delivered: 40, pending: 0, failed: 0 } })
  expect(receiver.requests).toHaveLength(2)
  expect(receiver.requests[0]?.body).toBe(receiver.requests[1]?.body)
  expect(receiver.requests[1]?.body).toMatch(
    /40 accounts moved to another stage.*new → Investigation: 40.*… and 30 more/,
  )
})

it('a digest that is refused again and again fails with all that it tells', async () => {
  const receiver = await newReceiver()
  receiver.answer = () => ({ status: 404 })
  const project = await settledProject([], {
    main: `${notifying(slack(receiver.url, 'digest_above: 3'))}notices: { attempts: 2 }\n`,
  })
  await project.signals('2026-06-04', ...many(10))
  const report = await project.run('2026-06-05')
  expect(report).toMatchObject({ status: 'partial', notices: { delivered: 0, pending: 0, failed: 10 } })
  expect(report.problems?.join()).toContain('sales: 10 notices failed for good: HTTP 404')
})

it('more than max_per_run become one message where digest_above does not say', async () => {
  const receiver = await newReceiver()
  const project = await settledProject([], {
    main: `${notifying(slack(receiver.url))}notices: { max_per_run: 5 }\n`,
  })
  await project.signals('2026-06-04', ...many(12))
  expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 12, pending: 0 })
  expect(receiver.requests).toHaveLength(1)
})

it('a digest of more than a page tells of all of them', async () => {
  const receiver = await newReceiver()
  const project = await settledProject([], { main: notifying(slack(receiver.url, 'digest_above: 20')) })
  await project.signals('2026-06-04', ...Array.from({ length: 2_500 }, (_, n) => `company-${n}.com`))
  expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 2_500, pending: 0 })
  expect(receiver.requests).toHaveLength(1)
  expect(receiver.requests[0]?.body).toContain('2500 accounts moved')
})
