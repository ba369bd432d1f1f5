import { describe, expect, it } from 'vitest'
import { CREATE, newProject, type Project, type Setting } from './project.ts'

const DAY_MS = 86_400_000
/** Of both twins, however long their making takes. */
const MADE = '2026-01-15T08:00:00Z'
const QUERY = 'GET /services/data/v62.0/query'
const NEXT_PAGE = `${QUERY}/{locator}`

const standing = (project: Project, domain: string) =>
  project.inState(async state => (await state.matching.standings('salesforce', [domain])).get(domain))

/** Two Accounts of twins.com, one of acme.com, none of absent.com; matched a day ago. */
async function matched(setting: Setting = {}) {
  const project = await newProject(setting)
  const [left, right, acme] = project.org.insertMany('Account', [
    { Name: 'Twins', CreatedDate: MADE, Website: 'twins.com' },
    { Name: 'Twins (old)', CreatedDate: MADE, Website: 'http://www.twins.com/' },
    { Name: 'Acme', Website: 'acme.com' },
  ])
  if (left === undefined || right === undefined || acme === undefined) throw new Error('nothing inserted')
  await project.use(['twins.com', 'acme.com', 'absent.com'])
  expect(await project.crm()).toMatchObject({ matched: 1, ambiguous: 1 })
  project.org.advance(DAY_MS + 60_000)
  project.org.resetCounters()
  return { project, left, right, acme }
}

describe('Accounts, which can not be looked up by their website', () => {
  it('of one domain stay ambiguous a day later, and no third one is made', async () => {
    const { project } = await matched({ mapping: CREATE })
    for (let run = 0; run < 3; run++) {
      expect(await project.crm()).toMatchObject({ status: 'ok', ambiguous: 1, created: 0, matched: 0 })
      project.org.advance(DAY_MS + 60_000)
    }
    // The two and acme's, and the one that was made for absent.com.
    expect(project.org.records('Account')).toHaveLength(4)
  })

  it('that are new are linked to an account that was absent', async () => {
    const { project } = await matched()
    const { id } = project.org.insert('Account', { Name: 'Absent', Website: 'https://absent.com/en' })
    expect(await project.crm()).toMatchObject({ matched: 1, updated: 1, ambiguous: 1 })
    expect(project.org.record('Account', id)?.fields.OQL_Domain__c).toBe('absent.com')
  })

  it('that are two and new leave their account ambiguous', async () => {
    const { project } = await matched({ mapping: 'create: { when: { stage: [ongoing_usage] } }' })
    project.org.insert('Account', { Name: 'A', Website: 'absent.com' })
    project.org.insert('Account', { Name: 'B', Website: 'www.absent.com' })
    expect(await project.crm()).toMatchObject({ matched: 0, ambiguous: 2 })
  })

  it('add a candidate where an account is ambiguous already', async () => {
    const { project } = await matched()
    const { id } = project.org.insert('Account', { Name: 'Twins (third)', Website: 'twins.com' })
    expect(await project.crm()).toMatchObject({ matched: 0, ambiguous: 1 })
    const found = await standing(project, 'twins.com')
    expect(found).toMatchObject({ status: 'ambiguous' })
    expect(JSON.stringify(found)).toContain(id)
    expect(JSON.stringify(found).match(/remoteId/g)).toHaveLength(3)
  })

  it('of which all but one are gone leave that one, whatever else was read', async () => {
    const { project, left, right } = await matched()
    project.org.delete('Account', right.id)
    expect(await project.crm()).toMatchObject({ matched: 1, updated: 1, ambiguous: 0 })
    expect(project.org.record('Account', left.id)?.fields.OQL_Domain__c).toBe('twins.com')
  })

  it('are read whole once in a run at most, however many of them are new', async () => {
    const { project } = await matched()
    project.org.insertMany(
      'Account',
      Array.from({ length: 4_500 }, (_, n) => ({ Name: `Other ${n}`, Website: `absent.com` })),
    )
    expect(await project.crm()).toMatchObject({ ambiguous: 2 })
    // News and everything are three pages each.
    expect(project.org.counters().byCall[NEXT_PAGE]).toBe(2 + 2)
  })

  it('cost two reads where nothing is new: one for the news, one for the candidates', async () => {
    const { project } = await matched()
    // To which what was made just before the first run is news still.
    await project.crm()
    project.org.resetCounters()
    await project.check()
    const { byCall: ofCheck } = project.org.counters()
    project.org.resetCounters()
    expect((await project.crm()).calls.write).toBe(0)
    const { byCall } = project.org.counters()
    expect(byCall[NEXT_PAGE]).toBeUndefined()
    expect((byCall[QUERY] ?? 0) - (ofCheck[QUERY] ?? 0)).toBe(2)
  })

  it('whose record is gone are matched anew among those that are there now', async () => {
    const { project, acme } = await matched()
    project.org.delete('Account', acme.id)
    const { id } = project.org.insert('Account', { Name: 'Acme again', Website: 'acme.com' })
    await project.use(['acme.com'], { day: '2026-11-20', times: 4 })
    const report = await project.crm()
    expect(report).toMatchObject({ matched: 1, rejected: 0 })
    expect(project.org.record('Account', id)?.fields.OQL_Domain__c).toBe('acme.com')
  })
})

describe('rules that change', () => {
  it('decide anew who is ambiguous, and leave links alone', async () => {
    const { project, left } = await matched()
    await project.configure({ match: '  prefer: [oldest]' })
    const report = await project.crm()
    // Made in the same moment, `oldest` leaves both.
    expect(report).toMatchObject({ ambiguous: 1, linked: 1 })
    await project.configure({ match: '  skip: { Name: ["Twins (old)"] }' })
    expect(await project.crm()).toMatchObject({ matched: 1, ambiguous: 0, linked: 2 })
    expect(project.org.record('Account', left.id)?.fields.OQL_Domain__c).toBe('twins.com')
  })

  it('find an account that was absent by a new alias', async () => {
    const { project } = await matched()
    const { id } = project.org.insert('Account', {
      Name: 'Elsewhere',
      Website: 'elsewhere.io',
      CreatedDate: '2020-01-01T00:00:00.000Z',
    })
    await project.crm()
    await project.configure({ store: '  aliases: { absent.com: [elsewhere.io] }' })
    expect(await project.crm()).toMatchObject({ matched: 1, linked: 2 })
    expect(project.org.record('Account', id)?.fields.OQL_Domain__c).toBe('absent.com')
  })

  it('leave what people said: an ignored account stays so', async () => {
    const { project } = await matched()
    await project.inState(state => state.matching.ignore('salesforce', ['twins.com']))
    await project.configure({ match: '  skip: { Name: ["Twins (old)"] }' })
    expect(await project.crm()).toMatchObject({ matched: 0, linked: 1 })
    expect(await standing(project, 'twins.com')).toEqual({ status: 'ignored' })
  })
})
