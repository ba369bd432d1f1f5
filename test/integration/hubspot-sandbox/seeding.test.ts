import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Asking, startSandbox } from './asking.ts'

const HERE = '/__sandbox'
const ids = z.object({ ids: z.array(z.string()) })

async function seeded({ ask }: Asking, object: string, records: object[]): Promise<string[]> {
  return ids.parse(JSON.parse((await ask('POST', `${HERE}/records/${object}`, { records })).text)).ids
}

test('another process seeds companies, contacts and leads, ties them, and ends a lead', async () => {
  const sandbox = await startSandbox()
  const { ask, control } = sandbox
  const [company = ''] = await seeded(sandbox, 'companies', [{ name: 'Acme' }])
  const [contact = ''] = await seeded(sandbox, 'contacts', [{ email: 'ada@acme.com' }])
  const [lead = ''] = await seeded(sandbox, 'leads', [{ hs_lead_name: 'Acme' }])
  const tie = (from: string, to: string, id: string) =>
    ask('POST', `${HERE}/associations/${from}/${to}`, { pairs: [{ from: id, to: company }] })
  expect((await tie('contacts', 'companies', contact)).status).toBe(204)
  expect((await tie('leads', 'companies', lead)).status).toBe(204)
  expect((await ask('GET', `${HERE}/associations/companies/${company}/leads`)).body.results).toEqual([
    { id: lead, types: [609] },
  ])
  await ask('POST', `${HERE}/leads/${lead}/close`, { end: 'qualified' })
  const read = await ask(
    'GET',
    `/crm/objects/2026-09/leads/${lead}?properties=hs_lead_is_open,hs_v2_date_entered_current_stage`,
  )
  expect(read.body.properties).toMatchObject({
    hs_lead_is_open: 'false',
    hs_v2_date_entered_current_stage: '2026-11-24T12:00:00.000Z',
  })
  expect(control.counters().created).toEqual({})
})

test('owners come and leave; who left owns nothing from then on', async () => {
  const { ask, control } = await startSandbox()
  const owner = { id: '777', email: 'new@example.com' }
  await ask('POST', `${HERE}/owners`, { owners: [owner] })
  const { id } = control.insert('companies', { name: 'Acme' })
  const give = () =>
    ask('PATCH', `/crm/objects/2026-09/companies/${id}`, { properties: { hubspot_owner_id: '777' } })
  expect((await give()).status).toBe(200)
  await ask('POST', `${HERE}/owners`, { owners: [{ ...owner, archived: true }] })
  expect((await give()).status).toBe(400)
  const listed = await ask('GET', '/crm/owners/2026-09?archived=false')
  expect(listed.body.results.map(one => one.id)).not.toContain('777')
})

test('what is tied wrongly is told, and nothing is tied', async () => {
  const { ask, control } = await startSandbox()
  const { id } = control.insert('companies', { name: 'Acme' })
  const wrong = { pairs: [{ from: '404404', to: id }] }
  expect((await ask('POST', `${HERE}/associations/leads/companies`, wrong)).status).toBe(400)
  expect(control.associated('companies', id, 'leads')).toEqual([])
})

test('creates are counted by object', async () => {
  const { ask, control } = await startSandbox()
  const task = { properties: { hs_timestamp: '2026-11-25T09:00:00Z' } }
  await ask('POST', '/crm/objects/2026-09/tasks', task)
  await ask('POST', '/crm/objects/2026-09/tasks/batch/create', { inputs: [task, task] })
  await ask('POST', '/crm/objects/2026-09/companies', { properties: { name: 'Acme' } })
  expect(control.counters()).toMatchObject({ created: { tasks: 3, companies: 1 } })
})

test('the associations of a thousand records come at once, 500 of each; who has none is an error beside', async () => {
  const { ask, control } = await startSandbox()
  const [busy, idle] = control.insertMany('companies', [{ name: 'A' }, { name: 'B' }])
  const tasks = control.insertMany(
    'tasks',
    Array.from({ length: 501 }, () => ({ hs_task_subject: 'x' })),
  )
  control.associate(
    'tasks',
    'companies',
    tasks.map(({ id }) => ({ from: id, to: busy?.id ?? '' })),
  )
  const read = (inputs: object[]) =>
    ask('POST', '/crm/associations/2026-09/companies/tasks/batch/read', { inputs })
  const first = await read([{ id: busy?.id }, { id: idle?.id }])
  expect(first.status).toBe(200)
  expect(first.body.errors).toMatchObject([
    { subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND', context: { fromObjectId: [idle?.id] } },
  ])
  const page = z.object({
    to: z.array(z.unknown()),
    paging: z.object({ next: z.object({ after: z.string() }) }).optional(),
  })
  const one = page.parse(first.body.results[0])
  expect(one.to).toHaveLength(500)
  const rest = page.parse((await read([{ id: busy?.id, after: one.paging?.next.after }])).body.results[0])
  expect(rest.to).toHaveLength(1)
  expect(rest.paging).toBeUndefined()
  const many = Array.from({ length: 1_000 }, (_, index) => ({ id: String(index + 1) }))
  expect(await read(many)).toMatchObject({ status: 200, body: { numErrors: 1_000 } })
  expect((await read([...many, { id: '5000' }])).status).toBe(400)
})

test('the account lists its types of association, the primary company among them', async () => {
  const { ask } = await startSandbox()
  const { body } = await ask('GET', '/crm/associations/2026-09/contacts/companies/labels')
  expect(body.results).toContainEqual({ category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' })
  expect(body.results).toContainEqual({ category: 'HUBSPOT_DEFINED', typeId: 279, label: null })
})

test("the day of the calls ends at the account's midnight", async () => {
  const { ask, control } = await startSandbox({ timeZone: 'America/New_York', limits: { perDay: 1 } })
  const company = () => ask('GET', '/crm/objects/2026-09/companies')
  expect((await company()).status).toBe(200)
  control.advance(12.5 * 3_600_000)
  // 00:30 UTC of the next day is half past seven in the evening there.
  expect((await company()).body.policyName).toBe('DAILY')
  control.advance(5 * 3_600_000)
  expect((await company()).status).toBe(200)
})
