import { describe, expect, it } from 'vitest'
import { CRMS, newSandboxProject } from './sandbox-project.ts'

const domains = Array.from({ length: 250 }, (_, n) => `company${String(n).padStart(3, '0')}.com`)

describe.each(CRMS)('verifying %s', name => {
  async function synced(some: readonly string[]) {
    const project = await newSandboxProject(name)
    await project.signals('2026-06-02', ...some)
    await project.sync('2026-06-09')
    const { crm } = project
    const idOf = (domain: string): string => {
      for (const [id, fields] of crm.records()) if (fields[crm.key] === domain) return id
      throw new Error(`no record of ${domain}`)
    }
    return { project, crm, idOf }
  }

  it('finds what others overwrote, and writes nothing of it', async () => {
    const { project, crm, idOf } = await synced(domains)
    const [changed, emptied] = [idOf('company007.com'), idOf('company199.com')]
    crm.update(changed, { [crm.reason]: 'mine', [crm.note]: 'not ours' })
    crm.update(emptied, { [crm.stage]: '' })
    const theirs = crm.records()
    const without = await project.plan('2026-06-09')
    expect(await Array.fromAsync(without.drift())).toEqual([])
    await without.close()
    crm.resetCounts()

    const planned = await project.plan('2026-06-09', { verify: true })
    expect(await Array.fromAsync(planned.changes())).toEqual([])
    expect(await Array.fromAsync(planned.drift())).toMatchObject([
      {
        domain: 'company007.com',
        remoteId: changed,
        fields: { [crm.reason]: { from: 'mine', to: expect.stringMatching(/\w/) } },
      },
      {
        domain: 'company199.com',
        remoteId: emptied,
        fields: { [crm.stage]: { from: null, to: 'investigation' } },
      },
    ])
    const { calls, problems, status } = planned.report.connectors.crm ?? {}
    expect({ problems, status }).toEqual({ problems: [], status: 'ok' })
    await planned.close()

    // A session of its own: one describes the fields, HubSpot is asked whose portal it is, the others read the records.
    const more = (calls?.read ?? 0) - (without.report.connectors.crm?.calls.read ?? 0)
    expect(more).toBe(1 + (name === 'hubspot' ? 1 + 3 : 1))
    expect(crm.counts()).toMatchObject({ read: calls?.read, write: 0 })
    expect(crm.records()).toEqual(theirs)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 0, unchanged: 250 })
    expect(crm.records()).toEqual(theirs)
  })

  it('names records that are gone, and takes a value for the same however the CRM spells it', async () => {
    const { project, crm, idOf } = await synced(domains.slice(0, 3))
    crm.update(idOf('company001.com'), {
      [crm.reason]: ` ${crm.records().get(idOf('company001.com'))?.[crm.reason]} `,
    })
    crm.remove(idOf('company000.com'))
    const planned = await project.plan('2026-06-09', { verify: true })
    expect(await Array.fromAsync(planned.drift())).toEqual([])
    expect(planned.report.connectors.crm?.problems).toEqual(['1 linked records are gone: company000.com'])
    await planned.close()
  })
})
