import { expect, it } from 'vitest'
import { CRMS, newSandboxProject } from './sandbox-project.ts'

it.each(CRMS)(
  '%s: a record whose website is a page of another company is a candidate and no more',
  async name => {
    const project = await newSandboxProject(name)
    const { crm } = project
    const page = crm.insert({ [crm.name]: 'Dev Inc', [crm.website]: 'https://github.com/dev-inc' })
    const own = crm.insert({ [crm.name]: 'Acme', [crm.website]: 'https://www.acme.com/en/home' })
    const before = crm.records().get(page)
    await project.signals('2026-06-02', 'github.com', 'acme.com')
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({
      status: 'ok',
      matched: 1,
      updated: 1,
      ambiguous: 1,
      created: 0,
    })
    expect(crm.records().get(page)).toEqual(before)
    expect(crm.records().get(own)).toMatchObject({ [crm.key]: 'acme.com' })
    const candidates = await project.inState(state => Array.fromAsync(state.matching.ambiguities('crm')))
    expect(candidates).toMatchObject([{ domain: 'github.com', candidates: [{ remoteId: page }] }])

    // GitHub's own record comes.
    const github = crm.insert({ [crm.name]: 'GitHub', [crm.website]: 'https://github.com' })
    expect((await project.sync('2026-06-10')).connectors.crm).toMatchObject({ matched: 1, ambiguous: 0 })
    expect(crm.records().get(github)).toMatchObject({ [crm.key]: 'github.com' })
    expect(crm.records().get(page)).toEqual(before)
  },
)
