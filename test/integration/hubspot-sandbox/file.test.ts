import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createHubSpotSandbox, sandbox } from '../../../connectors/hubspot/sandbox/index.ts'
import { addKey, newProperty, startSandbox } from './asking.ts'

const COMPANIES = '/crm/objects/2026-09/companies'

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubspot-sandbox-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'hubspot.db')
}

test('a sandbox started again on its file has all that it had', async () => {
  const file = await newFile()
  const companies = [
    { name: 'Acme', domain: 'acme.com' },
    { name: 'Acme SA', domain: 'acme.fr' },
    { name: 'Gone', domain: 'gone.com' },
  ]
  const first = await startSandbox({ file, companies })
  await addKey(first)
  const [acme, sa, gone] = first.control.records('companies')
  const merged = first.control.merge('companies', acme?.id ?? '', sa?.id ?? '')
  const contact = first.control.insert('contacts', { email: 'ada@acme.com' })
  await first.ask(
    'PUT',
    `/crm/objects/2026-09/contacts/${contact.id}/associations/default/companies/${merged.id}`,
  )
  await first.ask('PATCH', `${COMPANIES}/${merged.id}`, {
    properties: { oql_domain: 'acme.com', name: 'New' },
  })
  await first.ask('DELETE', `${COMPANIES}/${gone?.id}`)
  await first.ask('POST', '/crm/properties/2026-09/companies', newProperty('oql_old'))
  await first.ask('DELETE', '/crm/properties/2026-09/companies/oql_old')
  const before = {
    companies: first.control.records('companies'),
    archived: first.control.records('companies', { archived: true }),
    history: first.control.history('companies', merged.id, 'name'),
  }
  await first.close()

  const second = await startSandbox({ file, companies })
  expect({
    companies: second.control.records('companies'),
    archived: second.control.records('companies', { archived: true }),
    history: second.control.history('companies', merged.id, 'name'),
  }).toEqual(before)
  expect(second.control.record('companies', sa?.id ?? '')?.id).toBe(merged.id)
  const upsert = { id: 'acme.com', idProperty: 'oql_domain', properties: { city: 'Lyon' } }
  expect((await second.batch('upsert', [upsert])).body.results).toMatchObject([{ id: merged.id, new: false }])
  expect((await second.ask('GET', '/crm/properties/2026-09/companies/oql_old?archived=true')).status).toBe(
    200,
  )
  const tied = await second.ask('GET', `/crm/v4/objects/companies/${merged.id}/associations/contacts`)
  expect(tied.body.results).toMatchObject([{ toObjectId: contact.id }])
  const made = await second.ask('POST', COMPANIES, { properties: { name: 'Next' } })
  expect(Number(made.body.id)).toBeGreaterThan(Number(contact.id))
})

test('what was answered is in the file before the sandbox is closed', async () => {
  const file = await newFile()
  const killed = await startSandbox({ file })
  await killed.ask('POST', COMPANIES, { properties: { name: 'Acme' } })
  const other = await createHubSpotSandbox({ file })
  onTestFinished(() => other.close())
  expect(other.control.records('companies').map(one => one.properties.name)).toEqual(['Acme'])
})

test('as connectors offer it, a sandbox says what config reaches it', async () => {
  const { url, config, close } = await sandbox({ port: 0, companies: [{ name: 'Acme', domain: 'acme.com' }] })
  onTestFinished(close)
  expect(config).toEqual({ token: expect.any(String), base_url: url })
  expect(new URL(url).hostname).toBe('127.0.0.1')
  const answer = await fetch(url + COMPANIES, { headers: { authorization: `Bearer ${config.token}` } })
  expect(await answer.json()).toMatchObject({ results: [{ properties: { domain: 'acme.com' } }] })
})

test.each([
  ['that is no database', 'not a database'],
  ['of something else', JSON.stringify({ records: [] }).repeat(100)],
])('a file %s is an error that names it', async (_what, text) => {
  const file = await newFile()
  await writeFile(file, text)
  await expect(createHubSpotSandbox({ file })).rejects.toThrow(file)
})

test('a port that is taken is an error', async () => {
  const { url } = await startSandbox()
  await expect(createHubSpotSandbox({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE')
})
