import { describe, expect, it, vi } from 'vitest'
import { newWorld, type World } from '../../reference-connector/harness.ts'

const DAY_MS = 86_400_000
const CREATE = 'create: { when: {} }'

const linksOf = async ({ state }: World): Promise<Record<string, string>> => {
  const links: Record<string, string> = {}
  for await (const { domain, remoteId } of state.links.list('crm')) links[domain] = remoteId
  return links
}

const asked = ({ crm }: World): string[] =>
  crm.requests.filter(({ kind }) => kind === 'read').map(({ what }) => what)

describe('first sight', () => {
  it('looks up a few accounts in a large CRM, and reads a small one whole', async () => {
    const large = await newWorld()
    for (let n = 0; n < 1000; n++) large.crm.add({ domain: `other${n}.com` })
    large.crm.add({ domain: 'acme.com' })
    await large.remember({ domain: 'acme.com' })
    expect(await large.run()).toMatchObject({ matched: 1, updated: 1 })
    expect(asked(large)).toEqual(['by domain', 'by more_domains', 'by oql_key'])

    const small = await newWorld()
    small.crm.add({ domain: 'acme.com' })
    await small.remember({ domain: 'acme.com' }, { domain: 'beta.com' })
    expect(await small.run()).toMatchObject({ matched: 1, updated: 1, skipped: 1 })
    expect(asked(small)).toEqual(['all'])
  })

  it.each(['www.acme.com', 'ACME.com', 'acme.com'])('knows a record by %s', async written => {
    const world = await newWorld()
    for (let n = 0; n < 1000; n++) world.crm.add({ domain: `other${n}.com` })
    const id = world.crm.add({ domain: written })
    await world.remember({ domain: 'acme.com' })
    await world.run()
    expect(asked(world)).toContain('by domain')
    expect(await linksOf(world)).toEqual({ 'acme.com': id })
  })

  it.each([
    ['an additional domain', { domain: 'acme.de', more_domains: 'acme.fr;acme.com' }],
    ['an alias, however it is written in the config', { domain: 'acme.io' }],
  ])('knows a record by %s', async (_, fields) => {
    const world = await newWorld({ store: '  aliases: { Acme.com: [www.ACME.io] }' })
    for (let n = 0; n < 1000; n++) world.crm.add({ domain: `other${n}.com` })
    const id = world.crm.add(fields)
    await world.remember({ domain: 'acme.com' })
    await world.run()
    expect(await linksOf(world)).toEqual({ 'acme.com': id })
  })

  it('takes the record that carries our key, whatever its domain and whoever else has it', async () => {
    const world = await newWorld()
    world.crm.add({ domain: 'acme.com' })
    const id = world.crm.add({ domain: 'moved.com', oql_key: 'acme.com' })
    await world.remember({ domain: 'acme.com' })
    await world.run()
    expect(await linksOf(world)).toEqual({ 'acme.com': id })
  })

  it('never matches what skip names, and lets prefer decide', async () => {
    const world = await newWorld({
      match: '  skip: { kind: [Partner] }\n  prefer: [ { empty: parent }, { set: owner }, oldest ]',
    })
    world.crm.add({ domain: 'acme.com', kind: 'Partner', owner: '1' })
    world.crm.add({ domain: 'acme.com', parent: 'holding', owner: '1' })
    const oldest = world.crm.add({ domain: 'acme.com' })
    vi.setSystemTime(Date.now() + 1000)
    world.crm.add({ domain: 'acme.com' })
    world.crm.add({ domain: 'beta.com', kind: 'Partner' })
    await world.remember({ domain: 'acme.com' }, { domain: 'beta.com' })
    expect(await world.run()).toMatchObject({ matched: 1, ambiguous: 0, skipped: 1 })
    expect(await linksOf(world)).toEqual({ 'acme.com': oldest })
  })

  it('leaves everyone else alone, and does not even look for them', async () => {
    const world = await newWorld({ connector: '    only: { country: [DE] }', mapping: CREATE })
    for (let n = 0; n < 1000; n++) world.crm.add({ domain: `other${n}.com` })
    world.crm.add({ domain: 'french.com' })
    const id = world.crm.add({ domain: 'german.com' })
    await world.remember({ domain: 'french.com', country: 'FR' }, { domain: 'german.com', country: 'DE' })
    expect(await world.run()).toMatchObject({ matched: 1, created: 0, updated: 1, skipped: 1 })
    expect(world.crm.requests[0]).toMatchObject({ what: 'by domain', size: 1 })
    expect(await linksOf(world)).toEqual({ 'german.com': id })
  })

  it('does not look for an absent account that has left `only`', async () => {
    const world = await newWorld({ connector: '    only: { country: [DE] }' })
    await world.remember({ domain: 'acme.com', country: 'DE' })
    await world.run()
    await world.remember({ domain: 'acme.com', country: 'FR' })
    world.crm.add({ domain: 'acme.com' })
    await world.run()
    expect(await linksOf(world)).toEqual({})
  })
})

describe('what is remembered', () => {
  it('costs a later run nothing but the one read that asks for news', async () => {
    const world = await newWorld()
    for (const domain of ['acme.com', 'beta.com', 'gamma.com']) world.crm.add({ domain })
    await world.remember({ domain: 'acme.com' }, { domain: 'beta.com' }, { domain: 'absent.com' })
    await world.run()
    world.crm.requests.length = 0
    vi.setSystemTime(Date.now() + DAY_MS)
    expect(await world.run()).toMatchObject({ unchanged: 2, skipped: 1, calls: { read: 1, write: 0 } })
    expect(asked(world)).toEqual(['news'])
  })

  it('links an account that was absent to the record that people made meanwhile, and makes no second one', async () => {
    const world = await newWorld({ mapping: 'create: { when: { stage: [ongoing_usage] } }' })
    await world.remember({ domain: 'acme.com' })
    expect(await world.run()).toMatchObject({ created: 0, skipped: 1 })
    const id = world.crm.add({ domain: 'www.acme.com' })
    await world.remember({ domain: 'acme.com', stage: 'ongoing_usage' })
    expect(await world.run()).toMatchObject({ created: 0, matched: 1, updated: 1 })
    expect(world.crm.all().map(record => record.id)).toEqual([id])
  })

  it('is looked up instead where a tool touches every record: news is not read to its end', async () => {
    const world = await newWorld()
    await world.remember({ domain: 'acme.com' }, { domain: 'absent.com' })
    for (let n = 0; n < 3_000; n++) world.crm.add({ domain: `other${n}.com` })
    await world.run()
    vi.setSystemTime(Date.now() + DAY_MS)
    for (const record of world.crm.all()) record.changedAt = Date.now()
    const id = world.crm.add({ domain: 'acme.com' })
    world.crm.requests.length = 0
    expect(await world.run()).toMatchObject({ matched: 1, updated: 1 })
    expect(await linksOf(world)).toEqual({ 'acme.com': id })
    // A thousand records are ten pages here, and there are thirty.
    expect(asked(world).filter(what => what === 'news')).toHaveLength(10)
    expect(asked(world)).toContain('by domain')
  })

  it('asks for news by the clock of the CRM', async () => {
    const behindMs = 40 * 60_000
    const world = await newWorld()
    world.crm.now = () => Date.now() - behindMs
    world.crm.clockAheadMs = -behindMs
    await world.remember({ domain: 'acme.com' })
    await world.run()
    vi.setSystemTime(Date.now() + 15 * 60_000)
    const id = world.crm.add({ domain: 'acme.com' })
    vi.setSystemTime(Date.now() + 15 * 60_000)
    await world.run()
    expect(await linksOf(world)).toEqual({ 'acme.com': id })
  })

  it('keeps the id that a merge left', async () => {
    const world = await newWorld()
    const first = world.crm.add({ domain: 'acme.com' })
    await world.remember({ domain: 'acme.com' })
    await world.run()
    const other = world.crm.add({ name: 'A duplicate' })
    const merged = world.crm.merge(other, first)
    await world.remember({ domain: 'acme.com', score: 90 })
    expect(await world.run()).toMatchObject({ updated: 1, problems: [] })
    expect(await linksOf(world)).toEqual({ 'acme.com': merged })
    expect(world.crm.find(merged)?.fields.score).toBe(90)
  })
})

describe('ambiguity', () => {
  async function ambiguous() {
    const world = await newWorld({ mapping: CREATE })
    const ids = [world.crm.add({ domain: 'acme.com' }), world.crm.add({ domain: 'www.acme.com' })] as const
    // Long ago: nothing of theirs is news.
    vi.setSystemTime(Date.now() + DAY_MS)
    await world.remember({ domain: 'acme.com' })
    expect(await world.run()).toMatchObject({ status: 'ok', ambiguous: 1, created: 0, updated: 0, linked: 0 })
    expect(world.crm.counts('write')).toBe(0)
    return { world, ids }
  }

  it('is told with its candidates, and nothing is written until a person decides', async () => {
    const { world, ids } = await ambiguous()
    const [found] = await Array.fromAsync(world.state.matching.ambiguities('crm'))
    expect(found).toMatchObject({
      domain: 'acme.com',
      candidates: [
        { remoteId: ids[0], domain: 'acme.com' },
        { remoteId: ids[1], domain: 'www.acme.com' },
      ],
    })
    vi.setSystemTime(Date.now() + DAY_MS)
    expect(await world.run()).toMatchObject({ status: 'ok', ambiguous: 1 })
    expect(world.crm.counts('write')).toBe(0)
  })

  it('ends at the next run when a person deletes one', async () => {
    const { world, ids } = await ambiguous()
    world.crm.remove(ids[0])
    vi.setSystemTime(Date.now() + 3_600_000)
    expect(await world.run()).toMatchObject({ ambiguous: 0, matched: 1, updated: 1 })
    expect(await linksOf(world)).toEqual({ 'acme.com': ids[1] })
  })

  it('ends at the next run when a person merges them', async () => {
    const { world, ids } = await ambiguous()
    const merged = world.crm.merge(ids[1], ids[0])
    expect(await world.run()).toMatchObject({ ambiguous: 0, matched: 1, updated: 1 })
    expect(await linksOf(world)).toEqual({ 'acme.com': merged })
  })

  it('ends when a person links one, and no run changes that link', async () => {
    const { world, ids } = await ambiguous()
    const link = {
      connector: 'crm',
      domain: 'acme.com',
      object: 'companies',
      by: 'hand',
      stamped: false,
    } as const
    await world.state.links.put([{ ...link, remoteId: ids[1] }])
    expect(await world.run()).toMatchObject({ ambiguous: 0, updated: 1 })
    expect(world.crm.find(ids[1])?.fields.oql_key).toBe('acme.com')

    world.crm.remove(ids[1])
    await world.remember({ domain: 'acme.com', score: 90 })
    expect(await world.run()).toMatchObject({ status: 'partial', rejected: 1, created: 0 })
    expect(await linksOf(world)).toEqual({ 'acme.com': ids[1] })
    const [rejection] = await Array.fromAsync(world.state.rejections.list())
    expect(rejection?.reason).toMatch(/linked by hand, is gone/)
  })
})

describe('a deleted record', () => {
  async function deleted(mapping: string, ...others: Record<string, string>[]) {
    const world = await newWorld({ mapping })
    const id = world.crm.add({ domain: 'acme.com' })
    await world.remember({ domain: 'acme.com' })
    await world.run()
    world.crm.remove(id)
    const ids = others.map(fields => world.crm.add(fields))
    await world.remember({ domain: 'acme.com', score: 90 })
    return { world, ids, report: await world.run() }
  }

  it('is matched again in the same run', async () => {
    const { world, ids, report } = await deleted(CREATE, { domain: 'acme.com' })
    expect(report).toMatchObject({ status: 'ok', matched: 1, updated: 1, created: 0, rejected: 0 })
    expect(report.problems.join()).toMatch(/gone from crm: acme\.com.*1 found/)
    expect(await linksOf(world)).toEqual({ 'acme.com': ids[0] })
    expect(world.crm.find(ids[0] ?? '')?.fields).toMatchObject({ score: 90, oql_key: 'acme.com' })
  })

  it('is made again only where create allows, and the report says so', async () => {
    const made = await deleted(CREATE)
    expect(made.report).toMatchObject({ created: 1, matched: 0 })
    expect(made.report.problems.join()).toMatch(/1 made again/)
    expect(made.world.crm.all()).toHaveLength(1)

    const left = await deleted('')
    expect(left.report).toMatchObject({ created: 0, skipped: 1, linked: 0 })
    expect(left.report.problems.join()).toMatch(/1 without a record now/)
    expect(left.world.crm.all()).toHaveLength(0)
  })

  it('makes its account ambiguous where several others fit', async () => {
    const { world, report } = await deleted(CREATE, { domain: 'acme.com' }, { domain: 'acme.com' })
    expect(report).toMatchObject({ ambiguous: 1, created: 0, updated: 0 })
    expect(world.crm.all()).toHaveLength(2)
  })

  it('of a retired account is not replaced', async () => {
    const world = await newWorld({ mapping: CREATE })
    const id = world.crm.add({ domain: 'acme.com' })
    await world.remember({ domain: 'acme.com' })
    await world.run()
    world.crm.remove(id)
    world.crm.add({ domain: 'acme.com' })
    await world.retire('acme.com')
    expect(await world.run()).toMatchObject({ created: 0, updated: 0, matched: 0, linked: 0 })
  })
})
