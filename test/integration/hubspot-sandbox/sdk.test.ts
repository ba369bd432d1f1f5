import { Client } from '@hubspot/api-client'
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/index.js'
import { expect, test } from 'vitest'
import { startSandbox } from './asking.ts'

test("HubSpot's own SDK makes a property, upserts, reads, searches, merges and archives", async () => {
  const { url, token, control } = await startSandbox({ searchLagMs: 0, batchErrors: 'each' })
  const client = new Client({ accessToken: token, basePath: url })
  const { crm } = client

  const property = await crm.properties.coreApi.create('companies', {
    name: 'oql_domain',
    label: 'OQL domain',
    type: PropertyCreateTypeEnum.String,
    fieldType: PropertyCreateFieldTypeEnum.Text,
    groupName: 'companyinformation',
    hasUniqueValue: true,
  })
  expect(property.hasUniqueValue).toBe(true)

  const input = (id: string, numberofemployees: string) => ({
    id,
    idProperty: 'oql_domain',
    properties: { name: id, domain: id, numberofemployees },
    objectWriteTraceId: id,
  })
  const upserted = await crm.companies.batchApi.upsert({
    inputs: [input('a.com', '1'), input('bad.com', 'x'), input('b.com', '2')],
  })
  expect(upserted.results.map(one => [one.objectWriteTraceId, one._new]).toSorted()).toEqual([
    ['a.com', true],
    ['b.com', true],
  ])

  const read = await crm.companies.batchApi.read({
    inputs: [{ id: 'a.com' }],
    idProperty: 'oql_domain',
    properties: ['name'],
    propertiesWithHistory: ['name'],
  })
  const [company] = read.results
  expect(company?.propertiesWithHistory?.name).toMatchObject([
    { value: 'a.com', timestamp: expect.any(Date) },
  ])
  expect(company?.createdAt).toEqual(new Date('2026-11-24T12:00:00Z'))

  const found = await crm.companies.searchApi.doSearch({
    sorts: ['-hs_object_id'],
    properties: ['domain'],
    limit: 1,
  })
  expect(found).toMatchObject({ total: 2, results: [{ properties: { domain: 'b.com' } }] })

  const other = await crm.companies.basicApi.create({ properties: { name: 'Other' }, associations: [] })
  const answer = await client.apiRequest({
    method: 'POST',
    path: '/crm/v3/objects/companies/merge',
    body: { primaryObjectId: company?.id, objectIdToMerge: other.id },
  })
  expect(answer.status).toBe(200)
  const page = await crm.companies.basicApi.getPage(100, undefined, ['name'])
  expect(page.results.map(one => one.properties.name).toSorted()).toEqual(['a.com', 'b.com'])

  await crm.companies.basicApi.archive(page.results[0]?.id ?? '')
  expect(control.records('companies')).toHaveLength(1)
  expect((await crm.owners.ownersApi.getPage()).results).toHaveLength(2)
  const whole = await crm.companies.basicApi.getPageWithHttpInfo()
  expect(whole.headers['x-hubspot-ratelimit-max']).toBe('190')
  await expect(crm.companies.basicApi.getById('404404')).rejects.toMatchObject({
    code: 404,
    body: { category: 'OBJECT_NOT_FOUND' },
  })
})
