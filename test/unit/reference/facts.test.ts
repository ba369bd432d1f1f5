import { describe, expect, it } from 'vitest'
import { parseTime } from '../../reference/calendar.ts'
import type { Signal } from '../../reference/clean.ts'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { factsOf } from '../../reference/facts.ts'
import { classify } from '../../reference/importance.ts'
import { pointsOf } from '../../reference/points.ts'

const at = (text: string): number => {
  const time = parseTime(text)
  if (time === null) throw new Error(`${text} is no time`)
  return time
}
const T = at('2025-06-02 12:00:00')

const classed = (time: string, values: Partial<Signal>) =>
  classify(
    {
      domain: 'acme.com',
      time: at(time),
      kind: 'view',
      type: '',
      name: '',
      country: '',
      actor: '',
      artifact: '',
      version: '1.0',
      url: 'https://example.org/docs',
      ...values,
    },
    DEFAULT_MODEL,
  )
const facts = (...signals: ReturnType<typeof classed>[]) =>
  factsOf(signals, Math.max(...signals.map(signal => signal.time)), T)

describe('a window of N days', () => {
  it("begins at the day's border, to the microsecond", () => {
    expect(facts(classed('2025-05-03 00:00:00', {})).facts).toMatchObject({ signals_30: 1, views_30: 1 })
    expect(facts(classed('2025-05-02 23:59:59.999999', {})).facts).toMatchObject({
      signals_30: 0,
      signals_60: 1,
    })
  })
})

describe('weeks', () => {
  it('begin on Monday, and a streak breaks where one has no view above low', () => {
    const sunday = classed('2025-05-04 23:59:59', {})
    const monday = classed('2025-05-05 00:00:00', {})
    const blog = classed('2025-05-12 00:00:00', { url: 'https://blog.example.org/' })
    const later = classed('2025-05-19 00:00:00', {})
    expect(facts(sunday, monday, blog, later).facts).toMatchObject({ active_weeks: 4, view_week_streak: 2 })
  })
})

describe('growth', () => {
  it('compares with the window before, and is null where that was empty', () => {
    const actor = (name: string) => ({ actor: name })
    const { facts: grown } = facts(
      classed('2025-05-19 00:00:00', actor('a')),
      classed('2025-05-20 00:00:00', actor('b')),
      classed('2025-05-25 23:59:59', {}),
      classed('2025-05-26 00:00:00', actor('a')),
      classed('2025-06-02 11:59:59', {}),
    )
    expect(grown).toMatchObject({ signals_wow: -0.3333, actors_wow: -0.5, signals_mom: null, actors_30: 2 })
  })
})

describe('spans and last seen', () => {
  it('are whole days of 24 hours', () => {
    const { facts: spanned } = facts(classed('2025-05-20 10:00:00', {}), classed('2025-05-30 09:59:59', {}))
    expect(spanned).toMatchObject({ span_60: 9, span_90: 9, last_seen_days: 2 })
    expect(facts(classed('2025-06-02 11:00:00', {})).facts.last_seen_days).toBe(0)
  })
})

describe('top artifacts', () => {
  it('are five, most signals first, then by the bytes of their names', () => {
    const names = ['😀', '～', 'b', 'a', 'B', 'z', 'z']
    const { topArtifacts } = facts(...names.map(artifact => classed('2025-06-01 00:00:00', { artifact })))
    expect(topArtifacts).toEqual(['z', 'B', 'a', 'b', '～'])
  })
})

describe('points', () => {
  it('are capped by day, by month and at three months', () => {
    const download = (time: string) => classed(time, { kind: 'download' })
    expect(pointsOf([download('2025-06-01 00:00:00'), download('2025-05-31 23:59:59')], DEFAULT_MODEL)).toBe(
      10,
    )
    const threeADay = Array.from({ length: 3 }, () => download('2025-06-01 00:00:00'))
    expect(pointsOf(threeADay, DEFAULT_MODEL)).toBe(10)
    const month = (name: string) =>
      Array.from({ length: 28 }, (_, day) =>
        download(`2025-${name}-${String(day + 1).padStart(2, '0')} 00:00:00`),
      )
    expect(pointsOf(month('05'), DEFAULT_MODEL)).toBe(50)
    expect(pointsOf(['02', '03', '04', '05'].flatMap(month), DEFAULT_MODEL)).toBe(150)
  })

  it('of a custom signal are none', () => {
    expect(
      pointsOf([classed('2025-06-01 00:00:00', { kind: 'custom', artifact: 'enterprise' })], DEFAULT_MODEL),
    ).toBe(0)
  })
})
