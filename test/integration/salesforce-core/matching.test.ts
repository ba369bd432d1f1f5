import { describe, expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import {
  type OrgSetting,
  type SalesforceProject,
  salesforceProject,
} from '../../project/salesforce-project.ts'

const DAY_MS = 86_400_000
/** Of both twins, however long their making takes. */
const MADE = '2026-01-15T08:00:00Z'
const QUERY = 'GET /services/data/v68.0/query'
const NEXT_PAGE = `${QUERY}/{locator}`

const standing = (project: SalesforceProject, domain: string) =>
  project.inState(async state => (await state.matching.standings('salesforce', [domain])).get(domain))

/** Two Accounts of twins.com, one of acme.com, none of absent.com; matched a day ago. */
async function matched(setting: OrgSetting = {}) {
  const project = await salesforceProject({ mapping: '', ...setting })
  const [left, right, acme] = project.crm.insertMany('Account', [
    { Name: 'Twins', CreatedDate: MADE, Website: 'twins.com' },
    { Name: 'Twins (old)', CreatedDate: MADE, Website: 'http://www.twins.com/' },
    { Name: 'Acme', Website: 'acme.com' },
  ])
  if (left === undefined || right === undefined || acme === undefined) throw new Error('nothing inserted')
  await project.use(['twins.com', 'acme.com', 'absent.com'])
  expect(await project.run()).toMatchObject({ matched: 1, ambiguous: 1 })
  project.crm.advance(DAY_MS + 60_000)
  project.crm.resetCounters()
  return { project, left, right, acme }
}

describe('Accounts, which carry a website in any spelling', () => {
  it('of one domain stay ambiguous a day later, and no third one is made', async () => {
    const { project } = await matched({ mapping: CREATE })
    for (let run = 0; run < 3; run++) {
      expect(await project.run()).toMatchObject({ status: 'ok', ambiguous: 1, created: 0, matched: 0 })
      project.crm.advance(DAY_MS + 60_000)
    }
    // The two and acme's, and the one that was made for absent.com.
    expect(project.crm.records('Account')).toHaveLength(4)
  })

  it('that are new are linked to an account that was absent', async () => {
    const { project } = await matched()
    const { id } = project.crm.insert('Account', { Name: 'Absent', Website: 'https://absent.com/en' })
    expect(await project.run()).toMatchObject({ matched: 1, updated: 1, ambiguous: 1 })
    expect(project.crm.record('Account', id)?.fields.OQL_Domain__c).toBe('absent.com')
  })

  it('that are two and new leave their account ambiguous', async () => {
    const { project } = await matched({ mapping: 'create: { when: { stage: [ongoing_usage] } }' })
    project.crm.insert('Account', { Name: 'A', Website: 'absent.com' })
    project.crm.insert('Account', { Name: 'B', Website: 'www.absent.com' })
    expect(await project.run()).toMatchObject({ matched: 0, ambiguous: 2 })
  })

  it('add a candidate where an account is ambiguous already', async () => {
    const { project } = await matched()
    const { id } = project.crm.insert('Account', { Name: 'Twins (third)', Website: 'twins.com' })
    expect(await project.run()).toMatchObject({ matched: 0, ambiguous: 1 })
    const found = await standing(project, 'twins.com')
    expect(found).toMatchObject({ status: 'ambiguous' })
    expect(JSON.stringify(found)).toContain(id)
    expect(JSON.stringify(found).match(/remoteId/g)).toHaveLength(3)
  })

  it('of which all but one are gone leave that one, whatever else was read', async () => {
    const { project, left, right } = await matched()
    project.crm.delete('Account', right.id)
    expect(await project.run()).toMatchObject({ matched: 1, updated: 1, ambiguous: 0 })
    expect(project.crm.record('Account', left.id)?.fields.OQL_Domain__c).toBe('twins.com')
  })

  it('are read whole once in a run at most, however many of them are new', async () => {
    const { project } = await matched()
    project.crm.insertMany(
      'Account',
      Array.from({ length: 4_500 }, (_, n) => ({ Name: `Other ${n}`, Website: `absent.com` })),
    )
    expect(await project.run()).toMatchObject({ ambiguous: 2 })
    // News and everything are three pages each.
    expect(project.crm.counters().byCall[NEXT_PAGE]).toBe(2 + 2)
  })

  it('that are many cost a query or two where one is new, and are not read again', async () => {
    const { project } = await matched()
    project.crm.insertMany(
      'Account',
      Array.from({ length: 6_000 }, (_, n) => ({
        Name: `Other ${n}`,
        Website: `other${n}.com`,
        CreatedDate: MADE,
      })),
    )
    await project.run()
    project.crm.resetCounters()
    await project.run()
    const idle = project.crm.counters().byCall
    const { id } = project.crm.insert('Account', { Name: 'Absent', Website: 'http://WWW.Absent.com:80/x' })
    project.crm.resetCounters()
    expect(await project.run()).toMatchObject({ matched: 1 })
    const { byCall } = project.crm.counters()
    expect(byCall[NEXT_PAGE]).toBeUndefined()
    expect((byCall[QUERY] ?? 0) - (idle[QUERY] ?? 0)).toBeLessThanOrEqual(2)
    expect(await standing(project, 'absent.com')).toMatchObject({ link: { remoteId: id } })
  })

  it.each(['acme.com', 'HTTPS://www.ACME.com/en?x=1', 'acme.com.', 'shop.acme.com', ' acme.com '])(
    'are looked up in a large org by %s',
    async website => {
      const project = await salesforceProject({ mapping: '' })
      project.crm.insertMany(
        'Account',
        Array.from({ length: 8_100 }, (_, n) => ({
          Name: `Other ${n}`,
          Website: n < 9 ? `notacme.com${n}` : `other${n}.com`,
        })),
      )
      const { id } = project.crm.insert('Account', { Name: 'Acme', Website: website })
      await project.use(['acme.com'])
      expect(await project.run()).toMatchObject({ matched: 1, ambiguous: 0 })
      expect(project.crm.counters().byCall[NEXT_PAGE]).toBeUndefined()
      expect(await standing(project, 'acme.com')).toMatchObject({ link: { remoteId: id } })
    },
  )

  it.each(['bücher.de', 'xn--bcher-kva.de'])(
    'are looked up as letters and as names of hosts: %s',
    async website => {
      const project = await salesforceProject({ mapping: '' })
      project.crm.insertMany(
        'Account',
        Array.from({ length: 8_100 }, (_, n) => ({ Name: `Other ${n}`, Website: `other${n}.com` })),
      )
      const { id } = project.crm.insert('Account', { Name: 'Bücher', Website: website })
      await project.use(['xn--bcher-kva.de'])
      expect(await project.run()).toMatchObject({ matched: 1 })
      expect(project.crm.counters().byCall[NEXT_PAGE]).toBeUndefined()
      expect(await standing(project, 'xn--bcher-kva.de')).toMatchObject({ link: { remoteId: id } })
    },
  )

  it('are asked for in halves where the org finds a query too complicated', async () => {
    const { project } = await matched({ mapping: 'create: { when: { signals_30: ">= 2" } }' })
    const domains = Array.from({ length: 60 }, (_, n) => `company-${n}.com`)
    await project.use(domains)
    await project.run()
    const { id } = project.crm.insert('Account', {
      Name: 'Late',
      Website: 'company-7.com',
      CreatedDate: MADE,
    })
    project.crm.allowPatterns(20)
    await project.use(domains, { day: '2026-11-02' })
    expect(await project.run()).toMatchObject({ created: 59, matched: 1 })
    expect(await standing(project, 'company-7.com')).toMatchObject({ link: { remoteId: id } })
  })

  it('cost two reads where nothing is new: one for the news, one for the candidates', async () => {
    const { project } = await matched()
    // To which what was made just before the first run is news still.
    await project.run()
    project.crm.resetCounters()
    await project.check()
    const { byCall: ofCheck } = project.crm.counters()
    project.crm.resetCounters()
    expect((await project.run()).calls.write).toBe(0)
    const { byCall } = project.crm.counters()
    expect(byCall[NEXT_PAGE]).toBeUndefined()
    expect((byCall[QUERY] ?? 0) - (ofCheck[QUERY] ?? 0)).toBe(2)
  })

  it('whose record is gone are matched anew among those that are there now', async () => {
    const { project, acme } = await matched()
    project.crm.delete('Account', acme.id)
    const { id } = project.crm.insert('Account', { Name: 'Acme again', Website: 'acme.com' })
    await project.use(['acme.com'], { day: '2026-11-20', times: 4 })
    const report = await project.run()
    expect(report).toMatchObject({ matched: 1, rejected: 0 })
    expect(project.crm.record('Account', id)?.fields.OQL_Domain__c).toBe('acme.com')
  })
})

describe('rules that change', () => {
  it('decide anew who is ambiguous, and leave links alone', async () => {
    const { project, left } = await matched()
    await project.configure({ match: '  prefer: [oldest]' })
    const report = await project.run()
    // Made in the same moment, `oldest` leaves both.
    expect(report).toMatchObject({ ambiguous: 1, linked: 1 })
    await project.configure({ match: '  skip: { Name: ["Twins (old)"] }' })
    expect(await project.run()).toMatchObject({ matched: 1, ambiguous: 0, linked: 2 })
    expect(project.crm.record('Account', left.id)?.fields.OQL_Domain__c).toBe('twins.com')
  })

  it('find an account that was absent by a new alias', async () => {
    const { project } = await matched()
    const { id } = project.crm.insert('Account', {
      Name: 'Elsewhere',
      Website: 'elsewhere.io',
      CreatedDate: '2020-01-01T00:00:00.000Z',
    })
    await project.run()
    await project.configure({ store: '  aliases: { absent.com: [elsewhere.io] }' })
    expect(await project.run()).toMatchObject({ matched: 1, linked: 2 })
    expect(project.crm.record('Account', id)?.fields.OQL_Domain__c).toBe('absent.com')
  })

  it('leave what people said: an ignored account stays so', async () => {
    const { project } = await matched()
    await project.inState(state => state.matching.ignore('salesforce', ['twins.com']))
    await project.configure({ match: '  skip: { Name: ["Twins (old)"] }' })
    expect(await project.run()).toMatchObject({ matched: 0, linked: 1 })
    expect(await standing(project, 'twins.com')).toEqual({ status: 'ignored' })
  })
})
