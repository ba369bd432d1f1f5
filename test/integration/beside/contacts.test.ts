import { describe, expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import { type HubSpotProject, hubSpotProject } from '../../project/hubspot-project.ts'

const PEOPLE = `${CREATE}
people:
  when: { stage: [investigation, experimentation, ongoing_usage] }
  fields: [ { from: email, to: email, write: on_create }, { from: last_seen, to: oql_last_seen, trigger: true } ]`

const contacts = ({ crm }: HubSpotProject) => crm.records('contacts')

describe('people in HubSpot', () => {
  it('become contacts of the company once, and are kept up to date', async () => {
    const project = await hubSpotProject({ mapping: PEOPLE })
    await project.use(['acme.com'], { email: 'Jo@Acme.com' })
    expect((await project.plan()).people).toMatchObject({ made: 1 })
    expect(contacts(project)).toEqual([])
    expect(await project.run('2026-11-02')).toMatchObject({ status: 'ok', people: { made: 1, updated: 0 } })
    expect(await project.run('2026-11-02')).toMatchObject({ calls: { write: 0 } })
    await project.use(['acme.com'], { day: '2026-11-03', email: 'jo@acme.com' })
    expect(await project.run()).toMatchObject({ people: { made: 0, updated: 1 } })
    expect(contacts(project)).toMatchObject([
      { properties: { email: 'jo@acme.com', oql_last_seen: '2026-11-03' } },
    ])
  })

  it('who are contacts already are found by email and written', async () => {
    const project = await hubSpotProject({ mapping: PEOPLE })
    project.crm.insert('contacts', { email: 'jo@acme.com', firstname: 'Jo' })
    await project.use(['acme.com'], { email: 'JO@acme.com' })
    expect(await project.run()).toMatchObject({ people: { made: 0, updated: 1, found: 1 } })
    expect(contacts(project)).toMatchObject([
      { properties: { firstname: 'Jo', oql_last_seen: '2026-11-01' } },
    ])
  })

  it('whose email somebody takes between our look and our write are found, linked and written next time', async () => {
    const project = await hubSpotProject({ mapping: PEOPLE })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    project.crm.fault({
      trouble: { kind: 'reset', at: 'before_commit' },
      path: 'contacts/batch/create',
      every: 1,
      when: () => {
        if (contacts(project).length === 0) project.crm.insert('contacts', { email: 'jo@acme.com' })
        return false
      },
    })
    expect(await project.run()).toMatchObject({ status: 'ok', rejected: 0, people: { made: 0 } })
    expect(await project.run()).toMatchObject({ status: 'ok', people: { made: 0, updated: 1 } })
    expect(contacts(project)).toMatchObject([{ properties: { oql_last_seen: '2026-11-01' } }])
    expect(await project.run()).toMatchObject({ calls: { write: 0 } })
  })

  it.each(['after_commit', 'before_commit'] as const)(
    'are made once when the answer to their creation is lost %s, and none after a lost state',
    async at => {
      const project = await hubSpotProject({ mapping: PEOPLE })
      for (let n = 0; n < 5; n++) await project.use([`company-${n}.com`], { email: `jo@company-${n}.com` })
      project.crm.fault({ trouble: { kind: 'reset', at }, path: 'contacts/batch/create' })
      expect(await project.run()).toMatchObject({ status: 'ok', people: { made: 5 } })
      await project.loseState()
      expect(await project.run()).toMatchObject({ status: 'ok', people: { made: 0, found: 5 } })
      expect(contacts(project)).toHaveLength(5)
    },
  )

  it('who were deleted are looked for anew and made again', async () => {
    const project = await hubSpotProject({ mapping: PEOPLE })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    await project.run('2026-11-02')
    project.crm.archive('contacts', contacts(project)[0]?.id ?? '')
    await project.use(['acme.com'], { day: '2026-11-03', email: 'jo@acme.com' })
    await project.run('2026-11-04')
    await project.run('2026-11-04')
    expect(contacts(project)).toMatchObject([{ properties: { oql_last_seen: '2026-11-03' } }])
  })
})
