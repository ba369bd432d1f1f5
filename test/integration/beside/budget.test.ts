import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../../src/cli/report-exit.ts'
import { hubspotPlace, type Place, salesforcePlace } from './places.ts'

const named = (what: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${what}-${n}-example.com`)

const MOVING = named('moving', 200)
const RISING = named('rising', 200)
const NEW = named('new', 200)
const MANY = named('many', 800)

/** Accounts in the CRM, and then work for it: stages that move, accounts to be made, scores that move. */
async function withWork(place: Place): Promise<void> {
  await place.allow(null)
  await place.use([...MOVING, ...RISING], ['2026-11-01'])
  expect(await place.run('2026-11-02')).toMatchObject({ status: 'ok', created: 400 })
  await place.use(MOVING, ['2026-11-03', '2026-11-05', '2026-11-07', '2026-11-09', '2026-11-11'], 2)
  await place.use([...RISING, ...NEW], ['2026-11-11'])
  place.nextDay()
}

function done(place: Place) {
  const records = place.records()
  const count = (domains: readonly string[], is: (record: { stage: string; score: number }) => boolean) =>
    domains.filter(domain => {
      const record = records.get(domain)
      return record !== undefined && is(record)
    }).length
  return {
    moved: count(MOVING, ({ stage }) => stage === 'experimentation'),
    made: count(NEW, () => true),
    risen: count(RISING, ({ score }) => score > 5),
  }
}

describe.each([
  ['hubspot', hubspotPlace],
  ['salesforce', salesforcePlace],
] as const)('the budget of %s', (name, newPlace) => {
  it('goes to moves of a stage before anybody new is looked for', async () => {
    const place = await newPlace()
    const moving = MOVING.slice(0, 100)
    await place.allow(null)
    await place.use(moving, ['2026-11-01'])
    expect(await place.run('2026-11-02')).toMatchObject({ status: 'ok', created: 100 })
    await place.use(moving, ['2026-11-03', '2026-11-05', '2026-11-07', '2026-11-09', '2026-11-11'], 2)
    await place.use(NEW.slice(0, 100), ['2026-11-11'])
    place.makeLarge()
    place.nextDay()
    await place.allow(12)
    place.calls()
    const report = await place.run('2026-11-12')
    expect(place.calls()).toBeLessThanOrEqual(12)
    expect(report).toMatchObject({ updated: 100, unchanged: 0, rejected: 0 })
    expect(done(place)).toMatchObject({ moved: 100 })
    // The next days do the rest, each what it can.
    for (let day = 13; done(place).made < 100 && day < 30; day++) {
      place.nextDay()
      await place.run(`2026-11-${day}`)
    }
    expect(done(place)).toMatchObject({ moved: 100, made: 100 })
  })

  it('ends a run when it is used up: moves of a stage went first, then creations; the next day does the rest', async () => {
    const place = await newPlace()
    await withWork(place)
    const moves = MOVING.length / place.batch
    const { calls } = await place.plan('2026-11-12')
    const allowed = calls.read + moves + 1
    await place.allow(allowed)
    place.calls()

    const report = await place.sync('2026-11-12')
    expect(report.status).toBe('partial')
    expect(exitCodeOf(report)).toBe(3)
    expect(report.connectors[name]).toMatchObject({
      status: 'partial',
      budget: { used: allowed, of: allowed },
      updated: 200,
      created: place.batch,
    })
    expect(report.connectors[name]?.problems).toEqual([
      expect.stringMatching(/^\d+ changes were not sent and wait for the next run$/),
      `${name}: the budget for today is used up (${allowed} of ${allowed} calls). What is left waits for the next run`,
    ])
    expect(done(place)).toEqual({ moved: 200, made: place.batch, risen: 0 })
    expect(place.calls()).toBe(allowed)

    for (let again = 0; again < 2; again++) {
      expect((await place.sync('2026-11-12')).connectors[name]).toMatchObject({
        status: 'failed',
        budget: { used: allowed, of: allowed },
        calls: { read: 0, write: 0 },
      })
    }
    expect(place.calls()).toBe(0)

    place.nextDay()
    expect(await place.run('2026-11-12')).toMatchObject({ status: 'ok', problems: [] })
    expect(done(place)).toEqual({ moved: 200, made: 200, risen: 200 })
    expect(place.records().size).toBe(600)
    expect(place.calls()).toBeLessThanOrEqual(allowed)
  })

  it.each([0, 2])('is not overrun by calls that go at the same time (%i left for writes)', async left => {
    const place = await newPlace()
    await withWork(place)
    const { calls } = await place.plan('2026-11-12')
    const allowed = calls.read + left
    await place.allow(allowed)
    place.calls()
    await place.sync('2026-11-12')
    expect(place.calls()).toBe(allowed)
  })

  it('that ends among the leads leaves the run done in part; the next day makes the others, none twice', async () => {
    const place = await newPlace()
    await place.use(MANY, ['2026-11-01'])
    await place.allow(null)
    expect(await place.run('2026-11-02')).toMatchObject({ status: 'ok', created: MANY.length })
    place.befriend()
    place.nextDay()
    await place.allow(null, place.withLeads)
    const { calls, leads } = await place.plan('2026-11-02')
    expect(leads).toMatchObject({ made: MANY.length })
    const allowed = calls.read + calls.write - place.estimatedTooMuch
    await place.allow(allowed, place.withLeads)
    const report = await place.run('2026-11-02')
    const made = report.leads?.made ?? 0
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(MANY.length)
    expect(report).toMatchObject({
      status: 'partial',
      budget: { used: allowed, of: allowed },
      leads: { made, open: made },
    })
    expect(report.problems).toEqual([
      `${MANY.length - made} leads were not sent and wait for the next run`,
      expect.stringContaining('the budget for today is used up'),
    ])
    place.nextDay()
    await place.allow(99, place.withLeads)
    expect(await place.run('2026-11-02')).toMatchObject({ status: 'ok', leads: { open: MANY.length } })
    const keys = place.leadKeys()
    expect(keys).toHaveLength(MANY.length)
    expect(new Set(keys).size).toBe(MANY.length)
  })
})
