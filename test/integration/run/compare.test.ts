import { describe, expect, it } from 'vitest'
import { sync } from '../../../src/run/sync/sync.ts'
import { openState } from '../../../src/state/state.ts'
import { CRMS, newScarfProject, type ScarfProject } from './scarf-project.ts'
import { weeklyUse } from './weekly-use.ts'

const AS_OF = '2026-06-29'

/** acme and delta use it each week, beta once, lambda once, twins use it and stand there twice. */
const SIGNALS = weeklyUse({
  'acme.com': 10,
  'delta.net': 10,
  'beta.io': 1,
  'lambdaco.com': 1,
  'twins.com': 8,
  'unlisted.dev': 1,
})

async function filled(project: ScarfProject): Promise<void> {
  await project.signals(SIGNALS)
  await project.makeScarfFields()
  const { insert } = project.crm
  insert('Acme', 'www.acme.com', { scarf_funnel_stage: 'Ongoing Usage' })
  insert('Delta', 'https://delta.net/', { scarf_funnel_stage: 'INACTIVE' })
  insert('Beta', 'beta.io', { scarf_funnel_stage: 'ongoing_usage' })
  insert('Lambda', 'lambdaco.com')
  insert('Twins', 'twins.com', { scarf_funnel_stage: 'Interest' })
  insert('Twins (old)', 'twins.com', { scarf_funnel_stage: 'Interest' })
}

/** Credentials that nobody knows. */
const STRANGER = {
  hubspot: { token: 'pat-na1-stranger' },
  salesforce: { auth: { type: 'client_credentials', client_id: 'stranger', client_secret: 'unknown' } },
} as const

const DIFFERENCES = [
  {
    domain: 'delta.net',
    ours: 'ongoing_usage',
    scarf: 'inactive',
    condition: expect.stringMatching(/^Ongoing Usage: .*weeks with a use.*at least 6/),
  },
  {
    domain: 'beta.io',
    ours: 'investigation',
    scarf: 'ongoing_usage',
    condition: expect.stringMatching(/^Investigation: 1 use in 90 days \(at least 1\)/),
  },
]

describe.each(CRMS)('comparing with the stages that Scarf put into %s', name => {
  it('needs no set-up, tells why an account differs or is not compared, and writes nothing', async () => {
    const project = await newScarfProject(name)
    await project.configure(`${name}.scarf`)
    await filled(project)
    const before = project.crm.counts()

    const compared = await project.compare(AS_OF)
    expect(compared).toMatchObject({
      connector: 'crm',
      field: project.crm.named('scarf_funnel_stage'),
      agree: 1,
      differ: 2,
      pairs: [
        { ours: 'investigation', scarf: 'ongoing_usage', accounts: 1 },
        { ours: 'ongoing_usage', scarf: 'ongoing_usage', accounts: 1 },
        { ours: 'ongoing_usage', scarf: 'inactive', accounts: 1 },
      ],
      notCompared: { no_record: 1, ambiguous: 1, empty: 1, unknown_stage: 0, shared: 0, written_by_us: 0 },
      differences: DIFFERENCES,
    })
    expect(project.crm.counts().write).toBe(before.write)
    const state = await openState(project.run(AS_OF).config.state.url, { readOnly: true })
    try {
      expect(await state.links.count('crm')).toBe(0)
      expect(await state.accounts.get(['acme.com'])).toEqual(new Map())
    } finally {
      await state.close()
    }
  })

  it('compares linked records as well, read many to a call, and not with what we wrote', async () => {
    const project = await newScarfProject(name)
    await project.configure(name)
    await filled(project)
    const many = Array.from({ length: 250 }, (_, n) => `company${n}.com`)
    await project.signals(
      `${SIGNALS}${weeklyUse(Object.fromEntries(many.map(domain => [domain, 1])), false)}`,
    )
    for (const domain of many) project.crm.insert(domain, domain, { scarf_funnel_stage: 'investigation' })
    await project.setup()
    await sync({ ...project.run(AS_OF), guarded: false })

    // The default mapping leaves Scarf's field alone: the same comes out, from reads by id.
    const before = project.crm.counts()
    expect(await project.compare(AS_OF)).toMatchObject({ agree: 251, differ: 2, differences: DIFFERENCES })
    expect(project.crm.counts().write).toBe(before.write)
    expect(project.crm.counts().read - before.read).toBeLessThan(10)

    // The preset writes over it, and what stands there then is no second opinion.
    await project.configure(`${name}.scarf`)
    await sync({ ...project.run(AS_OF), guarded: false })
    expect(await project.compare(AS_OF)).toMatchObject({
      agree: 0,
      differ: 0,
      notCompared: { written_by_us: 254 },
      differences: [],
    })
  })

  it('leaves out whom the connector leaves alone, and counts what is no stage', async () => {
    const project = await newScarfProject(name)
    await project.configure(name, { only: { segment: 'pilot' } })
    await project.signals(SIGNALS)
    await project.makeScarfFields()
    project.crm.insert('Acme', 'acme.com', { scarf_funnel_stage: 'Churned' })
    expect(await project.compare(AS_OF)).toMatchObject({
      agree: 0,
      differ: 0,
      notCompared: { out_of_scope: 5, unknown_stage: 1 },
      unknownStages: { Churned: 1 },
    })
  })

  it('says what to do where the CRM has no such field, or can not be read', async () => {
    const project = await newScarfProject(name)
    await project.configure(name)
    await project.signals(SIGNALS)
    await expect(project.compare(AS_OF)).rejects.toMatchObject({
      name: 'UserError',
      message: `crm: ${project.crm.object} has no field scarf_funnel_stage`,
      hint: expect.stringContaining('Scarf'),
    })
    await project.configure(name, { config: STRANGER[name] })
    await expect(project.compare(AS_OF)).rejects.toMatchObject({
      name: 'UserError',
      hint: expect.stringContaining('oql check'),
    })
  })
})
