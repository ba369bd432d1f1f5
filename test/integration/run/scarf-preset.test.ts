import { describe, expect, it } from 'vitest'
import { check } from '../../../src/run/check/check.ts'
import { plan } from '../../../src/run/sync/plan.ts'
import { sync } from '../../../src/run/sync/sync.ts'
import { CRMS, newScarfProject } from './scarf-project.ts'
import { weeklyUse } from './weekly-use.ts'

const AS_OF = '2026-06-29T06:00:00Z'

describe.each(CRMS)('the preset with Scarf’s own fields in %s', name => {
  it('takes over records that Scarf filled, once, each field as it is typed', async () => {
    const project = await newScarfProject(name)
    await project.configure(`${name}.scarf`)
    await project.signals(weeklyUse({ 'acme.com': 10, 'beta.io': 1, 'unlisted.dev': 8 }))
    await project.makeScarfFields()
    const id = project.crm.insert('Acme', 'acme.com', {
      scarf_company_name: 'Acme Inc.',
      scarf_company_domain: 'acme.com',
      scarf_first_seen: '2026-05-06',
      scarf_last_updated: '2026-06-27T22:00:00Z',
      scarf_funnel_stage: 'Investigation',
      scarf_total_events_last_30_days: '3',
    })
    project.crm.insert('Beta', 'beta.io')
    await project.setup()
    expect(await check(project.run(AS_OF))).toMatchObject({ ok: true, problems: [] })

    const planned = await plan(project.run(AS_OF))
    const changes = await Array.fromAsync(planned.changes())
    await planned.close()
    expect(changes.map(({ domain, action }) => [domain, action])).toEqual([
      ['acme.com', 'update'],
      ['beta.io', 'update'],
    ])
    const stage = project.crm.named('scarf_funnel_stage')
    expect(changes[0]?.fields[stage]).toEqual({ from: 'Investigation', to: 'Ongoing Usage' })

    const first = await sync({ ...project.run(AS_OF), guarded: false })
    expect(first.connectors.crm).toMatchObject({ status: 'ok', matched: 2, created: 0, updated: 2 })
    const record = project.crm.record(id)
    const of = (field: Parameters<typeof project.crm.named>[0]) => record[project.crm.named(field)]
    expect(record[project.crm.key]).toBe('acme.com')
    expect(of('scarf_funnel_stage')).toBe('Ongoing Usage')
    expect(of('scarf_company_name')).toBe('acme')
    expect(of('scarf_company_domain')).toBe('acme.com')
    expect(String(of('scarf_first_seen'))).toBe('2026-04-22')
    expect(String(of('scarf_last_seen'))).toBe('2026-06-24')
    expect(Date.parse(String(of('scarf_last_updated')))).toBe(Date.parse(AS_OF))
    expect(Number(of('scarf_total_events_last_30_days'))).toBe(4)
    expect(Number(of('scarf_total_events_wow'))).toBe(0)

    const again = await sync({ ...project.run('2026-06-29T07:00:00Z'), guarded: false })
    expect(again.connectors.crm).toMatchObject({ updated: 0, unchanged: 2, calls: { write: 0 } })
    // A day later the numbers are of that day, as Scarf's are.
    const nextDay = await sync({ ...project.run('2026-06-30T07:00:00Z'), guarded: false })
    expect(nextDay.connectors.crm).toMatchObject({ updated: 2, calls: { write: 1 } })
  })

  it('a field of another type is told before anything is written', async () => {
    const project = await newScarfProject(name)
    await project.configure(`${name}.scarf`)
    await project.signals(weeklyUse({ 'acme.com': 8 }))
    await project.makeScarfFields({ scarf_last_seen: 'number', scarf_company_domain: 'number' })
    project.crm.insert('Acme', 'acme.com')
    await project.setup()
    const { ok, problems } = await check(project.run(AS_OF))
    expect(ok).toBe(false)
    expect(problems.map(({ code, message }) => `${code} ${message}`).toSorted()).toEqual([
      expect.stringContaining(`wrong_type crm: field ${project.crm.named('scarf_company_domain')}`),
      expect.stringContaining(`wrong_type crm: field ${project.crm.named('scarf_last_seen')}`),
    ])
    const report = await sync({ ...project.run(AS_OF), guarded: false })
    expect(report.connectors.crm).toMatchObject({ status: 'failed', calls: { write: 0 } })
  })
})
