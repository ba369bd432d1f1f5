import { expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import { hubSpotProject } from '../../project/hubspot-project.ts'

const PEOPLE = 'people: { when: {}, fields: [{ from: email, to: email }] }'
const DOMAINS = ['a.com', 'b.com', 'c.com', 'd.com', 'e.com']
const BAD = ['b.com', 'd.com']

it.each(['whole', 'unnamed'] as const)(
  'rejects those that HubSpot refuses and no others, and does not ask again (%s)',
  async telling => {
    const project = await hubSpotProject({ mapping: CREATE })
    project.crm.poison(({ properties }) => BAD.includes(properties.name ?? ''), telling)
    await project.use(DOMAINS)
    expect(await project.run()).toMatchObject({ created: 3, rejected: 2 })
    const made = project.crm.records('companies').map(({ properties }) => properties.domain)
    expect(made.toSorted()).toEqual(DOMAINS.filter(domain => !BAD.includes(domain)))
    expect(await project.run()).toMatchObject({ calls: { write: 0 } })
  },
)

it('makes no second company where the account makes companies of contacts, and its own stays the primary one', async () => {
  const { crm, use, run, clock } = await hubSpotProject({
    mapping: `${CREATE}\n${PEOPLE}`,
    portal: { unlimited: false, companiesOfContacts: true },
  })
  await use(['acme.com', 'new.com'], { email: domain => `jo@${domain}` })
  const theirs = crm.insert('companies', { name: 'Acme', domain: 'acme.com' })
  clock.advance(10_000)
  expect(await run()).toMatchObject({ status: 'ok', created: 1 })
  clock.advance(10_000)
  await run()
  const companies = crm.records('companies')
  expect(companies.map(({ properties }) => properties.domain).toSorted()).toEqual(['acme.com', 'new.com'])
  const jo = crm.records('contacts').find(({ properties }) => properties.email === 'jo@acme.com')
  expect(crm.associated('contacts', jo?.id ?? '', 'companies')).toEqual([{ id: theirs.id, types: [1] }])
})
