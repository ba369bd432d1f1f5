import { describe, expect, it } from 'vitest'
import { CRMS, newSandboxProject } from './sandbox-project.ts'

const MORE = ['2026-06-03', '2026-06-04', '2026-06-05']

describe.each(CRMS)('%s: two records of ours that people merge, both of whose accounts change', name => {
  it.each([
    ['acme.com', 'beta.com', 'acme.com'],
    ['acme.com', 'beta.com', 'beta.com'],
    ['beta.com', 'acme.com', 'acme.com'],
    ['beta.com', 'acme.com', 'beta.com'],
  ])(
    '%s is better than %s: the record holds its values, with %s as the survivor',
    async (best, lesser, kept) => {
      const project = await newSandboxProject(name)
      const { crm } = project
      const ids = new Map(
        [best, lesser].map(domain => [domain, crm.insert({ [crm.name]: domain, [crm.website]: domain })]),
      )
      await project.signals('2026-06-01', best, lesser)
      expect((await project.sync('2026-06-02')).connectors.crm).toMatchObject({ matched: 2, updated: 2 })

      const lost = kept === best ? lesser : best
      const id = crm.merge(ids.get(kept) ?? '', ids.get(lost) ?? '')
      for (const day of MORE) await project.signals(day, best)
      await project.signals('2026-06-03', lesser)
      const second = await project.sync('2026-06-06')
      expect(second.connectors.crm).toMatchObject({ status: 'ok', rejected: 0, linked: 2 })

      const accounts = await project.inState(state => state.accounts.get([best, lesser]))
      const [ours, theirs] = [accounts.get(best), accounts.get(lesser)]
      expect(ours?.score).toBeGreaterThan(theirs?.score ?? 0)
      const holds = {
        [crm.stage]: ours?.stage,
        [crm.score]: expect.toSatisfy((score: unknown) => Number(score) === ours?.score),
        [crm.reason]: ours?.reason,
        [crm.key]: best,
      }
      expect(crm.records().get(id)).toMatchObject(holds)
      expect((await project.sync('2026-06-06')).connectors.crm).toMatchObject({ calls: { write: 0 } })
      expect(crm.records().get(id)).toMatchObject(holds)
    },
  )
})
