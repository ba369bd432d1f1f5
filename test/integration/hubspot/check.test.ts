import { expect, test } from 'vitest'
import type { HubSpotSandboxOptions } from '../../../connectors/hubspot/sandbox/index.ts'
import type { CheckReport, Intent } from '../../../src/contract/index.ts'
import { counted, world } from './world.ts'

const COMPANIES = ['crm.objects.companies.read', 'crm.objects.companies.write']
const CONTACTS = ['crm.objects.contacts.read', 'crm.objects.contacts.write']
const LEADS = ['crm.objects.leads.read', 'crm.objects.leads.write']
const OWNERS = 'crm.objects.owners.read'

async function checked(intent: Partial<Intent>, options: HubSpotSandboxOptions = {}): Promise<CheckReport> {
  const { session, crm } = await world(options)
  const report = await session.check({ object: 'companies', creates: true, owners: [], ...intent }, counted())
  expect(crm.control.counters().write).toBe(0)
  return report
}

const scopesIn = (all: CheckReport['problems']) => all.map(({ message }) => message.split(' ').at(-1))

test('with everything granted and asked for nothing is lacking', async () => {
  const intent: Partial<Intent> = {
    leads: true,
    contacts: true,
    notices: ['task', 'note'],
    owners: ['12345'],
  }
  expect(await checked(intent)).toMatchObject({ problems: [], warnings: [], ownersGone: [] })
})

test('each intent asks for its own scopes, and for no others', async () => {
  const problems = async (intent: Partial<Intent>, scopes: string[]) =>
    scopesIn((await checked(intent, { scopes })).problems)
  expect(await problems({}, COMPANIES)).toEqual([])
  expect(await problems({ contacts: true }, COMPANIES)).toEqual(CONTACTS)
  expect(await problems({ notices: ['note'] }, COMPANIES)).toEqual(CONTACTS)
  expect(await problems({ leads: true }, [...COMPANIES, ...LEADS, OWNERS])).toEqual([CONTACTS[0]])
})

test('who gives out tasks has to be let at owners', async () => {
  const { problems } = await checked({ notices: ['task'] }, { scopes: [...COMPANIES, ...CONTACTS] })
  expect(problems).toMatchObject([{ code: 'missing_scope', message: expect.stringContaining(OWNERS) }])
})

test.each(['private_app', 'service_key'] as const)(
  'an account without Sales Hub is a warning: leads are not made, and all else is (%s)',
  async tokenKind => {
    const report = await checked({ leads: true }, { salesHub: false, tokenKind })
    expect(report.problems).toEqual([])
    expect(report.warnings.filter(({ code }) => code === 'leads_unavailable')).toMatchObject([
      { message: expect.stringContaining('no leads'), hint: expect.stringContaining('Sales Hub') },
    ])
  },
)

test('a key without the scopes for leads is one for which there are none', async () => {
  const scopes = [...COMPANIES, ...CONTACTS, OWNERS]
  for (const tokenKind of ['private_app', 'service_key'] as const) {
    const { problems, warnings } = await checked({ leads: true }, { scopes, tokenKind })
    expect(problems).toEqual([])
    expect(warnings.filter(({ code }) => code === 'leads_unavailable')).toMatchObject([
      { message: expect.stringContaining('crm.objects.leads.read') },
    ])
  }
})

test('who asks for no leads hears nothing of them', async () => {
  expect((await checked({}, { salesHub: false })).warnings).toEqual([])
})

test('where HubSpot does not tell the scopes, each object that is needed is looked at', async () => {
  const { problems, warnings } = await checked(
    { contacts: true, leads: true },
    { tokenKind: 'service_key', scopes: [...COMPANIES, ...LEADS, OWNERS] },
  )
  expect(problems).toMatchObject([
    { code: 'missing_scope', message: expect.stringContaining('crm.objects.contacts.read') },
  ])
  const [warning] = warnings
  for (const scope of ['companies', 'contacts', 'leads']) {
    expect(warning?.hint).toContain(`crm.objects.${scope}.write`)
  }
  for (const scope of ['companies', 'contacts']) {
    expect(warning?.hint).toContain(`crm.schemas.${scope}.write`)
  }
  // No key can have it: HubSpot knows no such scope.
  expect(warning?.hint).not.toContain('crm.schemas.leads')
})

test('owners who left or never were are told, page after page, and each is a warning', async () => {
  const owners = Array.from({ length: 1_001 }, (_, index) => ({
    id: String(1_000 + index),
    email: `o${index}@example.com`,
    firstName: '',
    lastName: '',
    archived: index === 0,
  }))
  const report = await checked({ owners: ['1000', '2000', '99999'] }, { owners })
  expect(report.problems).toEqual([])
  expect(report.ownersGone).toEqual(['1000', '99999'])
  expect(report.warnings.map(({ code, message }) => [code, message.split(' ').at(-1)])).toEqual([
    ['unknown_owner', '1000'],
    ['unknown_owner', '99999'],
  ])
})

test('of owners those who may be given something are told, as they come and go', async () => {
  const { session, crm } = await world()
  const active = (ids: string[]) => session.activeOwners?.(ids, counted())
  expect(await active(['12345', '11111', '99999'])).toEqual(new Set(['12345']))
  const ada = { id: '12345', email: 'ada@example.com', firstName: 'Ada', lastName: 'Byron', archived: true }
  crm.control.addOwners([ada])
  expect(await active(['12345', '67890'])).toEqual(new Set(['67890']))
})

test("the day's calls and what is left of them come from HubSpot, and the zone of its day", async () => {
  const { session } = await world({ plan: 'enterprise', timeZone: 'America/New_York' })
  expect(session.limits.dailyLeft).toBeUndefined()
  await session.check({ object: 'companies', creates: true, owners: [] }, counted())
  expect(session.limits).toMatchObject({
    daily: 1_000_000,
    dailyLeft: 999_998,
    perInterval: { calls: 190, ms: 10_000 },
    timeZone: 'America/New_York',
  })
})
