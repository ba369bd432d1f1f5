import { expect, test } from 'vitest'
import { ALL_SCOPES } from '../../../connectors/hubspot/sandbox/options.ts'
import type { FieldSpec } from '../../../src/contract/index.ts'
import { counted, world } from './world.ts'

const KEYS = { leads: 'oql_lead_key', tasks: 'oql_notice_id', notes: 'oql_notice_id' }

test.each(Object.entries(KEYS))('%s get a group and the unique property %s, once', async (object, key) => {
  const { session } = await world()
  const dry = await session.ensureSchema(object, [], counted({ dryRun: true }))
  expect(dry).toMatchObject([
    { action: 'create_group', object, name: 'oql', done: false },
    { action: 'create_field', object, name: key, done: false },
  ])
  expect(await session.describe(object, counted())).not.toContainEqual(expect.objectContaining({ name: key }))
  const steps = await session.ensureSchema(object, [], counted())
  expect(steps).toEqual(dry.map(step => ({ ...step, done: true })))
  expect(await session.describe(object, counted())).toContainEqual(
    expect.objectContaining({ name: key, type: 'text', unique: true, writable: true }),
  )
  expect(await session.ensureSchema(object, [], counted())).toEqual([])
})

test('a contact has its key from HubSpot: only what the mapping writes is made', async () => {
  const { session } = await world()
  const email: FieldSpec = { name: 'email', label: 'Email', description: '', type: 'text', unique: true }
  expect(await session.ensureSchema('contacts', [email], counted())).toEqual([])
  const role: FieldSpec = { name: 'oql_role', label: 'OQL role', description: 'Role', type: 'text' }
  expect(await session.ensureSchema('contacts', [email, role], counted())).toMatchObject([
    { action: 'create_group', name: 'oql', done: true },
    { action: 'create_field', name: 'oql_role', done: true },
  ])
})

test('where an account takes no more unique properties it is a conflict in its own words', async () => {
  const { session, crm } = await world()
  for (let index = 0; index < 10; index++) {
    const body = {
      name: `u${index}`,
      label: `U${index}`,
      type: 'string',
      fieldType: 'text',
      groupName: 'taskinformation',
      hasUniqueValue: true,
    }
    const answer = await fetch(`${crm.url}/crm/properties/2026-09/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${crm.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(201)
  }
  expect(await session.ensureSchema('tasks', [], counted())).toContainEqual({
    action: 'conflict',
    object: 'tasks',
    name: 'oql_notice_id',
    detail: 'An object can have at most 10 unique properties',
    done: false,
  })
})

test.each([
  ['the account has no Sales Hub', { salesHub: false }],
  ['the key may not see leads', { scopes: ALL_SCOPES.filter(scope => !scope.includes('.leads.')) }],
])('where %s the property of leads is a conflict, and nobody is stopped', async (_, options) => {
  const { session } = await world(options)
  expect(await session.describe('leads', counted())).toEqual([])
  expect(await session.ensureSchema('leads', [], counted())).toEqual([
    {
      action: 'conflict',
      object: 'leads',
      name: 'oql_lead_key',
      detail: expect.stringContaining('HubSpot has no leads for us'),
      done: false,
    },
  ])
})

test('the scope that a property of leads needs is the one that HubSpot names', async () => {
  const { session } = await world({ scopes: ALL_SCOPES.filter(scope => scope !== 'crm.objects.leads.write') })
  expect(await session.ensureSchema('leads', [], counted())).toMatchObject([
    { action: 'conflict', name: 'oql_lead_key', detail: expect.stringContaining('crm.objects.leads.write') },
  ])
})

test('a key that may not see companies is told so, as no empty list', async () => {
  const { session } = await world({ scopes: [] })
  await expect(session.describe('companies', counted())).rejects.toMatchObject({ fault: 'config' })
})
