import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import { memoryConfig } from '../../project/memory-project.ts'
import { salesforceProject } from '../../project/salesforce-project.ts'
import { newCrm } from '../../reference-connector/crm.ts'

const companies = (count: number) => Array.from({ length: count }, (_, n) => `company-${n}.com`)

/** A second connector beside it, to a CRM in memory. */
async function withOther() {
  const name = randomUUID()
  const other = newCrm(name, () => Date.now())
  const others = memoryConfig({ other: name }, { mapping: CREATE }).connectors
  return { ...(await salesforceProject({ mapping: CREATE, others })), other }
}

it('serves both CRMs in one run, and one that is out of calls holds up neither the other nor the next run', async () => {
  const project = await withOther()
  await project.use(['acme.com', 'beta.com'])
  project.crm.fault({ trouble: { kind: 'rate_limit', policy: 'daily' }, kind: 'read', every: 1 })
  const first = await project.sync()
  expect(first.status).toBe('partial')
  expect(first.connectors).toMatchObject({
    salesforce: { status: 'failed', created: 0 },
    other: { status: 'ok', created: 2 },
  })
  expect(first.connectors.salesforce?.problems.join()).toMatch(/waits for the next run/)

  project.crm.clearFaults()
  const second = await project.sync()
  expect(second.connectors).toMatchObject({
    salesforce: { status: 'ok', created: 2 },
    other: { status: 'ok', unchanged: 2 },
  })
})

it('does its part where the other CRM is down', async () => {
  const project = await withOther()
  await project.use(['acme.com'])
  project.other.beforeRead = () => ({ kind: 'throws', error: new Error('down') })
  const { connectors } = await project.sync()
  expect(connectors).toMatchObject({ salesforce: { status: 'ok', created: 1 }, other: { status: 'failed' } })
})

it('goes on with a new token where the session ends in the middle', async () => {
  const project = await salesforceProject({ mapping: CREATE })
  await project.use(companies(500))
  project.crm.fault({
    trouble: { kind: 'expired_token' },
    method: 'PATCH',
    path: 'composite/sobjects',
    // The second of three batches.
    every: 2,
    times: 1,
  })
  expect(await project.run()).toMatchObject({ status: 'ok', created: 500 })
  expect(project.crm.records('Account')).toHaveLength(500)
  expect(project.crm.counters().token).toBeGreaterThan(1)
})

it('tries a locked record again', async () => {
  const project = await salesforceProject({ mapping: '' })
  const { id } = project.crm.insert('Account', { Name: 'Acme', Website: 'https://www.acme.com' })
  await project.use(['acme.com'])
  project.crm.lock(id, 2)
  expect(await project.run()).toMatchObject({ status: 'ok', updated: 1 })
  expect(project.crm.record('Account', id)?.fields.OQL_Stage__c).toBe('investigation')
})

it('keeps why a restricted picklist refused a record, and writes the others', async () => {
  const project = await salesforceProject({ mapping: CREATE })
  await project.use(['acme.com', 'beta.com'])
  project.crm.poison(({ fields }) =>
    fields.OQL_Domain__c === 'acme.com'
      ? {
          statusCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
          message: 'bad value for restricted picklist field: investigation',
          fields: ['OQL_Stage__c'],
        }
      : false,
  )
  expect(await project.run()).toMatchObject({ status: 'partial', created: 1, rejected: 1 })
  const rejections = await project.inState(state => Array.fromAsync(state.rejections.list()))
  expect(rejections).toMatchObject([
    { key: 'salesforce/acme.com', field: 'OQL_Stage__c', code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' },
  ])
  expect(await project.run()).toMatchObject({ skipped: 1, unchanged: 1, calls: { write: 0 } })
})

it.each([
  [
    'may be seen and not written',
    { read: true, edit: false },
    'read_only',
    'may not be written by this user',
  ],
  [
    'may not be seen',
    { read: false, edit: false },
    'missing_field',
    'is not there, or hidden from this user',
  ],
])(
  'writes nothing where a field %s: check says which, and what an admin grants',
  async (_, access, code, words) => {
    const project = await salesforceProject({ mapping: CREATE })
    await project.use(['acme.com'])
    project.crm.fieldAccess('Account', 'OQL_Score__c', access)
    expect((await project.check()).problems).toMatchObject([
      {
        code,
        message: expect.stringContaining(`OQL_Score__c of Account ${words}`),
        hint: expect.stringMatching(
          /an admin lets this user read and edit it: field-level security.* OQL_Sync/,
        ),
      },
    ])
    expect(await project.run()).toMatchObject({ status: 'failed', calls: { write: 0 } })
    expect(project.crm.records('Account')).toEqual([])

    project.crm.fieldAccess('Account', 'OQL_Score__c', null)
    expect(await project.run()).toMatchObject({ status: 'ok', created: 1 })
  },
)

it('stops where the day has no calls left, says so, and the next run finishes', async () => {
  const project = await salesforceProject({ mapping: CREATE })
  await project.use(companies(600))
  project.crm.fault({
    trouble: { kind: 'rate_limit', policy: 'daily' },
    method: 'PATCH',
    path: 'composite/sobjects',
    every: 2,
  })
  const first = await project.run()
  expect(first.status).toBe('partial')
  expect(first.problems.join()).toMatch(/waits for the next run/)
  const made = project.crm.records('Account').length
  expect(made).toBeGreaterThan(0)
  expect(made).toBeLessThan(600)
  expect(first.created).toBe(made)

  project.crm.clearFaults()
  expect(await project.run()).toMatchObject({ status: 'ok', created: 600 - made, unchanged: made })
  expect(project.crm.records('Account')).toHaveLength(600)
})

it('after a lost state, what was found equal needs no refresh of its riders a day later', async () => {
  const fields = `
  - { from: stage, to: OQL_Stage__c }
  - { from: stage_since, to: OQL_Since__c }
  - { from: last_seen_days, to: OQL_Days__c }
  - { from: domain, to: Website, write: on_create }`
  const project = await salesforceProject({ mapping: CREATE, fields })
  await project.use(['acme.com'])
  await project.run('2026-11-10')
  await project.inState(state => state.forget(['acme.com']))
  expect(await project.run('2026-11-10')).toMatchObject({ matched: 1, unchanged: 1 })
  expect(await project.run('2026-11-11')).toMatchObject({ unchanged: 1, calls: { write: 0 } })
  expect(await project.run('2026-11-17')).toMatchObject({ updated: 1 })
})
