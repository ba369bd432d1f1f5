import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openSchedule } from '../../../src/serve/schedule.ts'

const at = (text: string) => Date.parse(text)
const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString().replace('.000', ''))

function nexts(cron: string, timezone: string, after: string, count: number): (string | null)[] {
  const schedule = openSchedule({ cron, timezone })
  let time: number | null = at(after)
  return Array.from({ length: count }, () => {
    time = time === null ? null : schedule.next(time)
    return iso(time)
  })
}

describe('the next due time', () => {
  test.each([
    ['an hourly one', '15 * * * *', 'UTC', '2025-06-02T10:15:00Z', '2025-06-02T11:15:00Z'],
    ['by the time zone', '0 3 * * *', 'Europe/Berlin', '2025-06-02T00:59:59Z', '2025-06-02T01:00:00Z'],
    ['a zone of half an hour', '0 9 * * *', 'Asia/Kolkata', '2025-06-02T00:00:00Z', '2025-06-02T03:30:00Z'],
    ['six fields', '30 15 * * * *', 'UTC', '2025-06-02T10:15:10Z', '2025-06-02T10:15:30Z'],
    ['a weekend without', '0 9 * * 1-5', 'UTC', '2025-06-06T09:00:00Z', '2025-06-09T09:00:00Z'],
    ['once a year', '0 0 1 1 *', 'UTC', '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['a leap day', '0 0 29 2 *', 'UTC', '2024-02-29T00:00:00Z', '2028-02-29T00:00:00Z'],
  ])('%s', (_case, cron, timezone, after, next) => {
    expect(nexts(cron, timezone, after, 1)).toEqual([next])
  })
})

/** Of every kind of jump in these years a zone and a day a few before it; kinds differ in size, direction and time of day. */
const JUMPS = [
  ...new Map(
    Intl.supportedValuesOf('timeZone').flatMap(zone => jumpsOf(zone, '2025-01-01', '2027-01-01')),
  ).values(),
]

function jumpsOf(zone: string, from: string, to: string): [string, readonly [string, string]][] {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    timeZoneName: 'longOffset',
    hour: 'numeric',
  })
  const offset = (time: number) =>
    format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value
  const jumps: [string, readonly [string, string]][] = []
  const day = 86_400_000
  for (let time = at(from); time < at(to); time += day) {
    const [before, after] = [offset(time), offset(time + day)]
    if (before === after) continue
    let [low, high] = [time, time + day]
    while (high - low > 60_000) {
      const middle = (low + high) / 2
      if (offset(middle) === before) low = middle
      else high = middle
    }
    jumps.push([`${before} ${after} ${iso(high)?.slice(11)}`, [zone, new Date(time - 2 * day).toISOString()]])
  }
  return jumps
}

describe('when a zone’s clock is put forward or back', () => {
  test('a time of day that is left out is due at the jump, once', () => {
    expect(nexts('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00Z',
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ])
  })

  test('a time of day that comes twice is due once', () => {
    expect(nexts('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ])
  })

  test('every hour stays every hour', () => {
    expect(nexts('15 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z', 3)).toEqual([
      '2026-10-25T00:15:00Z',
      '2026-10-25T01:15:00Z',
      '2026-10-25T02:15:00Z',
    ])
    expect(nexts('15 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 2)).toEqual([
      '2026-03-29T00:15:00Z',
      '2026-03-29T01:15:00Z',
    ])
  })

  test('half an hour, on Lord Howe Island', () => {
    expect(nexts('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', 2)).toEqual([
      '2026-04-04T14:45:00Z',
      '2026-04-05T15:15:00Z',
    ])
  })

  test('two hours, at Troll in Antarctica', () => {
    expect(nexts('30 1 * * *', 'Antarctica/Troll', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-24T23:30:00Z',
      '2026-10-26T01:30:00Z',
    ])
  })

  test('the zones know all kinds of jumps: half an hour, one hour and two, forward and back', () => {
    const kinds = new Set(JUMPS.map(([zone]) => zone))
    expect(kinds.size).toBeGreaterThan(20)
    expect([...kinds]).toEqual(expect.arrayContaining(['Australia/Lord_Howe', 'Antarctica/Troll']))
  })

  test('a daily schedule is due once on each day around a jump, whatever the zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...JUMPS),
        // Clocks jump at night.
        fc.constantFrom(0, 1, 2, 3, 4, 23),
        fc.integer({ min: 0, max: 59 }),
        ([timezone, from], hour, minute) => {
          const schedule = openSchedule({ cron: `${minute} ${hour} * * *`, timezone })
          const day = new Intl.DateTimeFormat('en-CA', { timeZone: timezone })
          const days: string[] = []
          let time: number | null = at(from)
          while (days.length < 5 && time !== null) {
            time = schedule.next(time)
            if (time !== null) days.push(day.format(time))
          }
          const first = days[0] ?? ''
          const expected = Array.from({ length: 5 }, (_, index) =>
            new Date(at(first) + index * 86_400_000).toISOString().slice(0, 10),
          )
          expect(days).toEqual(expected)
        },
      ),
      // Each walks through five days minute by minute.
      { numRuns: 15 },
    )
  }, 60_000)
})

describe('the latest due time', () => {
  const schedule = openSchedule({ cron: '0 9 * * 1-5', timezone: 'UTC' })

  test('is the last one, however many were missed', () => {
    expect(iso(schedule.latest(at('2025-05-01T00:00:00Z'), at('2025-06-08T20:00:00Z')))).toBe(
      '2025-06-06T09:00:00Z',
    )
  })

  test('is not the one that it was asked after', () => {
    expect(schedule.latest(at('2025-06-06T09:00:00Z'), at('2025-06-08T20:00:00Z'))).toBeNull()
  })

  test('may be the moment itself', () => {
    expect(iso(schedule.latest(at('2025-06-06T08:00:00Z'), at('2025-06-06T09:00:00Z')))).toBe(
      '2025-06-06T09:00:00Z',
    )
  })
})
