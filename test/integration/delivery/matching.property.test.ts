import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { newWorld } from '../../reference-connector/harness.ts'

const DOMAINS = ['acme.com', 'beta.io', 'gamma.de', 'delta.co.uk'] as const
const spelled = fc
  .tuple(fc.constantFrom('', 'www.'), fc.constantFrom(...DOMAINS, 'acme.org'), fc.boolean())
  .map(([www, domain, upper]) => (upper ? `${www}${domain}`.toUpperCase() : `${www}${domain}`))
const record = fc.record({
  domain: fc.option(spelled),
  more_domains: fc.option(fc.array(spelled, { minLength: 1, maxLength: 2 }).map(all => all.join(';'))),
  oql_key: fc.option(fc.constantFrom(...DOMAINS, 'acme.org'), { freq: 4 }),
  kind: fc.constantFrom(null, 'Partner'),
  owner: fc.constantFrom(null, '1'),
})

/** Every account's standing after a first run, by whichever way the CRM's size makes cheaper. */
async function standings(records: readonly Record<string, string | null>[], fillers: number) {
  const world = await newWorld({
    store: '  aliases: { acme.com: [acme.org] }',
    match: '  skip: { kind: [Partner] }\n  prefer: [ { set: owner } ]',
  })
  for (const fields of records) world.crm.add(fields)
  for (let n = 0; n < fillers; n++) world.crm.add({ domain: `filler${n}.com` })
  await world.remember(...DOMAINS.map(domain => ({ domain })))
  await world.run({ deliver: false })
  const found = await world.state.matching.standings('crm', DOMAINS)
  vi.useRealTimers()
  return {
    how: new Set(world.crm.requests.map(({ what }) => what)),
    found: DOMAINS.map(domain => {
      const standing = found.get(domain)
      if (standing?.status === 'linked')
        return [domain, standing.link.remoteId, standing.link.by, standing.link.stamped]
      if (standing?.status === 'ambiguous') return [domain, standing.candidates]
      return [domain, standing?.status]
    }),
  }
}

it('looking up and reading all give the same links, ambiguities and absences', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 8 }), async records => {
      const read = await standings(records, 0)
      const lookedUp = await standings(records, 500)
      expect([...read.how]).toEqual(['all'])
      expect(lookedUp.how).toContain('by domain')
      expect(lookedUp.how).not.toContain('all')
      expect(lookedUp.found).toEqual(read.found)
    }),
    { numRuns: 40 },
  )
})
