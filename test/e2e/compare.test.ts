import { expect, test } from 'vitest'
import type { Comparison } from '../../src/run/compare/compare.ts'
import { AS_OF, newPlace } from './place.ts'

test('compare with Scarf: what the CRM lacks, both outputs, and nothing written', async () => {
  const place = await newPlace()
  const lacking = await place.oql('compare', '--with', 'scarf', '--as-of', AS_OF)
  expect(lacking).toMatchObject({ code: 1, stdout: '' })
  expect(lacking.stderr).toContain('hubspot: companies has no field scarf_funnel_stage')
  expect((await place.oql('compare', '--with', 'nobody')).code).toBe(2)
  expect((await place.oql('compare', '--with', 'scarf', '--connector', 'hubsput')).stderr).toContain(
    'Did you mean hubspot?',
  )

  // The preset's own set-up makes the fields; then somebody fills one.
  await place.change('config/oql.yaml', 'mappings/hubspot.yaml', 'mappings/hubspot.scarf.yaml')
  await place.json('setup', 'hubspot')
  const { control } = place.sandbox
  const acme = control.records('companies').find(({ properties }) => properties.name === 'Acme')
  control.update('companies', acme?.id ?? '', { scarf_funnel_stage: 'investigation' })
  control.resetCounters()

  const compared = await place.json<Comparison>('compare', '--with', 'scarf', '--as-of', AS_OF)
  expect(compared).toMatchObject({
    agree: 0,
    differ: 1,
    notCompared: { ambiguous: 1, no_record: 2 },
    differences: [
      { domain: 'acme.com', scarf: 'investigation', condition: expect.stringContaining(' (at ') },
    ],
  })
  const told = await place.oql('compare', '--with', 'scarf', '--as-of', AS_OF)
  expect(told.stdout).toContain(
    '1 account compared with scarf_funnel_stage of hubspot: 0 agree (0 %), 1 differ',
  )
  expect(told.stdout).toMatch(/acme\.com +Investigation +\w+/)
  expect(control.counters().write).toBe(0)
  expect(await place.json('links')).toEqual({ links: [], ambiguous: [] })
})
