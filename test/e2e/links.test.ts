import { expect, test } from 'vitest'
import type { RunReport } from '../../src/run/sync/report.ts'
import { AS_OF, newPlace } from './place.ts'

interface Links {
  links: { connector: string; domain: string; remoteId: string; object: string; by: string }[]
  ambiguous: { connector: string; domain: string; candidates: { remoteId: string; name: string }[] }[]
}

test('a person settles what is ambiguous, moves a link, and takes links elsewhere', async () => {
  const place = await newPlace()
  const { control } = place.sandbox
  await place.json('setup', 'hubspot')
  const sync = async () => (await place.json<RunReport>('sync', '--as-of', AS_OF)).connectors.hubspot
  const company = (id: string) => control.record('companies', id)?.properties
  await sync()

  const { links, ambiguous } = await place.json<Links>('links')
  expect(links.map(({ domain, by }) => [domain, by])).toEqual([
    ['acme.com', 'domain'],
    ['gamma.dev', 'key'],
  ])
  expect(ambiguous).toEqual([
    expect.objectContaining({
      connector: 'hubspot',
      domain: 'twins.com',
      candidates: [
        expect.objectContaining({ name: 'Twins' }),
        expect.objectContaining({ name: 'Twins (old)' }),
      ],
    }),
  ])
  const [twins, old] = ambiguous[0]?.candidates.map(({ remoteId }) => remoteId) ?? []
  if (twins === undefined || old === undefined) throw new Error('there are two candidates')
  expect((await place.oql('links')).stdout).toContain(`${twins}`)

  // By hand, then moved to the other one, which the first gives the key up to.
  expect(await place.json('links', 'add', 'hubspot', 'twins.com', twins)).toMatchObject({ released: [] })
  expect(await sync()).toMatchObject({ ambiguous: 0, updated: 1, linked: 3 })
  expect(company(twins)).toMatchObject({ oql_domain: 'twins.com', oql_stage: expect.any(String) })
  expect(await place.json('links', 'add', 'hubspot', 'www.twins.com', old)).toMatchObject({
    released: [twins],
  })
  expect(company(twins)?.oql_domain || null).toBeNull()
  expect(await sync()).toMatchObject({ updated: 1, rejected: 0 })
  expect(company(old)).toMatchObject({ oql_domain: 'twins.com', oql_stage: expect.any(String) })

  // What people do to the record since is no reason to look for another one.
  control.update('companies', old, { domain: 'elsewhere.com' })
  await sync()
  const byHand = (await place.json<Links>('links')).links.find(({ domain }) => domain === 'twins.com')
  expect(byHand).toMatchObject({ remoteId: old, by: 'hand' })
  control.update('companies', old, { domain: 'twins.com' })

  // Wherever --json stands.
  const first = await place.oql('links', '--json', 'add', 'hubspot', 'twins.com', old)
  expect(JSON.parse(first.stdout)).toMatchObject({ domain: 'twins.com', remoteId: old, released: [] })

  const missing = await place.oql('links', 'add', 'hubspot', 'twins.com', '999999')
  expect(missing.code).toBe(2)
  expect(missing.stderr).toContain('999999')

  // Ignored: neither linked nor written, and so in the export.
  await place.json('links', 'ignore', 'hubspot', 'gamma.dev')
  expect(await sync()).toMatchObject({ created: 0, linked: 2 })
  const exported = await place.oql('links', 'export')
  expect(exported.code).toBe(0)
  expect(exported.stdout).toContain('domain: gamma.dev')

  // Removed: looked for anew, by its key no more.
  await place.json('links', 'remove', 'hubspot', 'twins.com')
  await place.json('links', 'remove', 'hubspot', 'gamma.dev')
  expect(company(old)?.oql_domain || null).toBeNull()
  expect(await sync()).toMatchObject({ ambiguous: 1, created: 0, linked: 2 })

  // The export brings both decisions back, all of it or nothing.
  await place.write('links.yaml', exported.stdout)
  await place.write('broken.yaml', exported.stdout.replace('connector: hubspot', 'conector: hubspot'))
  const broken = await place.oql('links', 'import', 'broken.yaml')
  expect(broken.code).toBe(2)
  expect(broken.stderr).toMatch(
    /broken\.yaml:\d+ links\[0\]\.conector: unknown key; did you mean "connector"\?/,
  )
  expect(await place.json('links', 'import', 'links.yaml')).toEqual({ links: 2, ignored: 1 })
  expect(await sync()).toMatchObject({ ambiguous: 0, linked: 2, created: 0 })
  expect(company(old)?.oql_domain).toBe('twins.com')
  expect((await place.oql('links', 'export', '--config', 'config/oql.yaml')).stdout).toBe(exported.stdout)
})

test('an imported file reads no other file and no variable: what it holds is taken as it stands', async () => {
  const place = await newPlace()
  await place.write('secret.txt', 'never-to-be-read')
  const id = (reference: string) =>
    `version: 1\nlinks: [{ connector: hubspot, domain: acme.com, object: companies, remote_id: "${reference}" }]\n`
  for (const name of ['file:secret.txt', 'HUBSPOT_TOKEN', 'NO_SUCH_VARIABLE', '']) {
    const reference = `\${${name}}`
    await place.write('links.yaml', id(reference))
    expect(await place.json('links', 'import', 'links.yaml')).toEqual({ links: 1, ignored: 0 })
    const { links } = await place.json<Links>('links')
    expect(links).toEqual([expect.objectContaining({ domain: 'acme.com', remoteId: reference })])
  }
})
