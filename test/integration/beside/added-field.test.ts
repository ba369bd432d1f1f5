import { describe, expect, it } from 'vitest'
import { memoryProject, onlyCrm, WITHOUT_TIES } from '../../project/memory-project.ts'

const FIELDS = '{ from: score, to: score }'
const ADDED = '{ from: reason, to: note, trigger: true }'
const KINDS = {
  contact: (fields: string) => `create: { when: {} }
people: { fields: [ { from: name, to: name, write: on_create }, ${fields} ] }`,
  lead: (fields: string) => `create: { when: {} }
leads: { when: {}, fields: [ { from: name, to: name, write: on_create }, ${fields} ] }`,
} as const

describe.each(['contact', 'lead'] as const)('a field that a mapping gains for each %s', kind => {
  it('is read before its first write, and a revert puts back what was there', async () => {
    const setting = (fields: string) => ({ mapping: KINDS[kind](fields), use: WITHOUT_TIES })
    const project = await memoryProject(['crm'], setting(FIELDS))
    const crm = onlyCrm(project)
    await project.use({ day: '2026-06-02', domains: ['acme.com', 'beta.com'], email: 'jo@acme.com' })
    await project.sync('2026-06-09')
    const records = () => crm.all(`${kind}s`)
    const count = records().length
    expect(count).toBeGreaterThan(0)
    for (const { fields } of records()) fields.note = 'of people'
    const before = records().map(({ fields }) => ({ ...fields }))

    await project.configure(setting(`${FIELDS}, ${ADDED}`))
    crm.requests.length = 0
    const { runId } = await project.sync('2026-06-10')
    for (const { fields } of records()) expect(fields.note).toMatch(/Investigation/)
    expect(crm.requests.filter(({ what }) => what === 'ids')).toHaveLength(1)
    await project.revert(runId, '2026-06-10')
    expect(records().map(({ fields }) => fields)).toEqual(before)

    // What it was made without is known to be empty: nothing is read for it later.
    crm.requests.length = 0
    await project.sync('2026-06-11')
    expect(crm.requests.filter(({ what }) => what === 'ids')).toEqual([])
  })
})
