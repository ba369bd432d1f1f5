import { expect, test } from 'vitest'
import type { Intent } from '../../../src/contract/index.ts'
import { countedCall, readAll, ready, world } from './world.ts'

const intent: Intent = { object: 'Account', creates: true, fields: ['Name'], owners: [] }
const ALL = { object: 'Account', all: true } as const
const paths = ({ sandbox }: Awaited<ReturnType<typeof world>>) =>
  Object.keys(sandbox.control.counters().byCall)

test('68.0 is spoken where the org has it, without a question more', async () => {
  const made = await ready()
  const call = countedCall()
  expect(await readAll(await made.again(), ALL, ['Name'], call)).toEqual([])
  expect(call.sent).toEqual(['read'])
  expect(paths(made).filter(path => path.includes('/services/data'))).toEqual([
    'GET /services/data/v68.0/query',
  ])
})

test('an older org is spoken to in its newest version, whatever is asked of it first; check says so', async () => {
  const made = await ready({ newestVersion: 62 })
  const [session, other] = [await made.again(), await made.again()]
  const change = { key: 'a.com', object: 'Account', fields: { Name: 'A', OQL_Domain__c: 'a.com' } }
  expect(await session.write([change], countedCall())).toMatchObject([{ status: 'created' }])
  // Several at once at the beginning: each is sent again.
  const all = await Promise.all([1, 2, 3].map(() => readAll(other, ALL, ['Name'])))
  expect(all.map(records => records.length)).toEqual([1, 1, 1])
  expect(paths(made)).toContain('PATCH /services/data/v62.0/composite/sobjects/Account/OQL_Domain__c')
  const report = await (await made.again()).check(intent, countedCall())
  expect(report.problems).toEqual([])
  expect(report.warnings.map(({ message }) => message)).toContain(
    'This Salesforce org has no API version 68.0: its newest, 62.0, is spoken',
  )
  // Who follows the hint asks for nothing twice.
  const call = countedCall()
  await readAll(await made.again({ api_version: '62.0' }), ALL, ['Name'], call)
  expect(call.sent).toEqual(['read'])
})

test('an org that is too old, and a version that is retired, end the session in words that say what to do', async () => {
  const old = await world({ newestVersion: 59 })
  await expect(readAll(old.session, ALL, ['Name'])).rejects.toThrow(
    'This Salesforce org has no API version 68.0, and its newest is 59.0: OQL Sync needs 60.0 or newer',
  )
})

test('what is not there in a version that is, is gone and no question of versions', async () => {
  const { session } = await ready()
  const call = countedCall()
  await expect(session.describe('Nothing__c', call)).rejects.toMatchObject({ failure: { kind: 'gone' } })
  await expect(session.describe('Nothing__c', call)).rejects.toMatchObject({ failure: { kind: 'gone' } })
  expect(call.sent.length).toBeLessThanOrEqual(3)
})
