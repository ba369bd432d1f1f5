import { expect, test } from 'vitest'
import type { HubSpotSandboxOptions } from '../../../connectors/hubspot/sandbox/index.ts'
import { ALL_SCOPES } from '../../../connectors/hubspot/sandbox/options.ts'
import type { CheckReport, Intent } from '../../../src/contract/index.ts'
import { openSession, plainCall } from './open-session.ts'

const ALL: Partial<Intent> = { leads: true, contacts: true, notices: ['task', 'note'] }

async function checked(options: HubSpotSandboxOptions, more: Partial<Intent> = ALL): Promise<CheckReport> {
  const { session } = await openSession(options)
  return session.check({ object: 'companies', creates: true, owners: [], ...more }, plainCall())
}
const without = (...scopes: string[]) => ALL_SCOPES.filter(scope => !scopes.includes(scope))

test('where nothing is lacking nothing is said, and reads alone are sent', async () => {
  const { crm, session } = await openSession()
  const intent = { object: 'companies', creates: true, owners: ['12345'], ...ALL }
  expect(await session.check(intent, plainCall())).toMatchObject({
    problems: [],
    warnings: [],
    ownersGone: [],
  })
  expect(crm.control.counters().write).toBe(0)
})

for (const [name, options] of [
  ['a portal without Sales Hub', { salesHub: false }],
  ['a token that may not read leads', { scopes: without('crm.objects.leads.read') }],
  ['a token that may not write leads', { scopes: without('crm.objects.leads.write') }],
  [
    'a service key that may not read leads',
    { tokenKind: 'service_key', scopes: without('crm.objects.leads.read') },
  ],
] satisfies [string, HubSpotSandboxOptions][]) {
  test(`${name} is a warning that stops nothing else`, async () => {
    const report = await checked(options)
    expect(report.problems).toEqual([])
    expect(report.warnings.filter(({ code }) => code === 'leads_unavailable')).toMatchObject([
      { hint: expect.stringContaining('Sales Hub Professional') },
    ])
    expect((await checked(options, {})).warnings.map(({ code }) => code)).not.toContain('leads_unavailable')
  })
}

test('contacts, tasks and notes need the scopes of contacts, and only where they are wanted', async () => {
  const scopes = without('crm.objects.contacts.read', 'crm.objects.contacts.write')
  for (const more of [
    { contacts: true },
    { notices: ['task'] },
    { notices: ['note'] },
  ] satisfies Partial<Intent>[]) {
    const { problems } = await checked({ scopes }, more)
    expect(problems.map(({ message }) => message.split(' ').at(-1))).toEqual([
      'crm.objects.contacts.read',
      'crm.objects.contacts.write',
    ])
  }
  expect((await checked({ scopes }, {})).problems).toEqual([])
  expect((await checked({ scopes, tokenKind: 'service_key' }, { notices: ['task'] })).problems).toMatchObject(
    [{ code: 'missing_scope', message: expect.stringContaining('crm.objects.contacts.read') }],
  )
})

test('who gives work to owners must be able to read them', async () => {
  const scopes = without('crm.objects.owners.read')
  const { problems } = await checked({ scopes }, { notices: ['task'] })
  expect(problems).toMatchObject([{ message: expect.stringContaining('crm.objects.owners.read') }])
  expect((await checked({ scopes }, { notices: ['note'] })).problems).toEqual([])
})

test('an owner who left and one whom nobody knows are each a warning', async () => {
  const report = await checked({}, { owners: ['12345', '11111', '99'] })
  expect(report.ownersGone).toEqual(['11111', '99'])
  expect(report.warnings.map(({ code, message }) => [code, message.split(' ').at(-1)])).toEqual([
    ['unknown_owner', '11111'],
    ['unknown_owner', '99'],
  ])
  expect(report.problems).toEqual([])
})

test('active owners are found past the first page, without those who left', async () => {
  const many = Array.from({ length: 600 }, (_, index) => ({
    id: String(index + 1),
    email: `o${index}@example.com`,
    firstName: '',
    lastName: '',
    archived: index === 599,
  }))
  const { crm, session } = await openSession({ owners: many })
  const active = await session.activeOwners?.(['1', '599', '600', '601'], plainCall())
  expect(active).toEqual(new Set(['1', '599']))
  crm.control.addOwners([{ id: '1', email: 'o0@example.com', firstName: '', lastName: '', archived: true }])
  expect(await session.activeOwners?.(['1'], plainCall())).toEqual(new Set())
})

test('the day has as many calls as the plan, and ends when the portal says', async () => {
  const { session } = await openSession({ unlimited: false, plan: 'starter', timeZone: 'US/Eastern' })
  expect(session.limits).not.toHaveProperty('daily')
  await session.check({ object: 'companies', creates: true, owners: [] }, plainCall())
  expect(session.limits).toMatchObject({ daily: 250_000, dailyLeft: 249_998, timeZone: 'US/Eastern' })
})
