import fc from 'fast-check'
import { DAY, dayOf, fromDate, SECOND, toDate } from './calendar.ts'

/** Moments of T that lie on or beside borders of months, ISO weeks, years and leap days, at midnight or inside a day. */
export const AS_OF: fc.Arbitrary<Date> = fc.constantFrom(
  ...[
    '2024-02-29T00:00:00Z',
    '2024-02-29T13:37:11.123Z',
    '2024-03-01T00:00:00Z',
    '2024-03-30T23:59:59.999Z',
    '2024-05-29T06:00:00Z',
    // A Monday of ISO week 1 of 2025, still in 2024.
    '2024-12-30T00:00:00Z',
    '2025-01-01T00:00:00Z',
    '2025-01-05T23:59:59.999Z',
    '2025-01-31T12:00:00Z',
    '2025-03-01T00:00:00Z',
    '2025-03-31T00:00:00.001Z',
    // Summer time begins in Europe that night: days in UTC have 24 hours all the same.
    '2025-03-30T12:00:00Z',
    '2025-06-02T00:00:00Z',
    '2025-08-31T17:45:00Z',
  ].map(text => new Date(text)),
)

/** A time in microseconds near T and the borders that the facts of T hang on. */
export function timeAround(asOf: Date): fc.Arbitrary<number> {
  const T = fromDate(asOf)
  const dayStart = dayOf(T) * DAY
  const monthStart = (back: number): number =>
    fromDate(new Date(Date.UTC(asOf.getUTCFullYear(), asOf.getUTCMonth() - back, 1)))
  const daysAgo = [0, 1, 2, 6, 7, 8, 13, 14, 15, 29, 30, 31, 59, 60, 61, 88, 89, 90, 91, 92, 120, 364]
  const months = [0, 1, 2, 3, 4].map(monthStart)
  const yearStart = fromDate(new Date(Date.UTC(asOf.getUTCFullYear(), 0, 1)))
  const leapDay = fromDate(new Date('2024-02-29T00:00:00Z'))
  const border = fc.constantFrom(...daysAgo.map(days => dayStart - days * DAY), ...months, yearStart, leapDay)
  const beside = fc.constantFrom(0, 0, -1, 1, 10 * 60 * 60 * SECOND, DAY / 2, DAY - 1)
  const atT = fc.constantFrom(T - 1, T, T + 1, T - 1000, T + DAY)
  return fc.oneof(
    { weight: 6, arbitrary: fc.tuple(border, beside).map(([time, by]) => time + by) },
    { weight: 1, arbitrary: atT },
    { weight: 4, arbitrary: fc.integer({ min: dayStart - 100 * DAY, max: T - 1 }) },
    { weight: 1, arbitrary: fc.integer({ min: dayStart - 500 * DAY, max: T - 1 }) },
  )
}

const ZONES: readonly (readonly [text: string, minutes: number])[] = [
  ['', 0],
  ['', 0],
  ['Z', 0],
  ['+00:00', 0],
  ['+05:30', 330],
  ['-08:00', -480],
  ['+14:00', 840],
]

/** One of the ways in which the same moment may be written. */
export function writtenTime(time: number): fc.Arbitrary<string> {
  const allDigits = fc.boolean()
  return fc
    .tuple(fc.constantFrom('T', ' '), fc.constantFrom(...ZONES), allDigits)
    .map(([separator, [zone, minutes], all]) => {
      const local = time + minutes * 60 * SECOND
      const [date, clock] = [
        toDate(local).toISOString().slice(0, 10),
        toDate(local).toISOString().slice(11, 19),
      ]
      const digits = String(local - Math.floor(local / SECOND) * SECOND).padStart(6, '0')
      const fraction = all ? digits : digits.replace(/0+$/, '')
      return `${date}${separator}${clock}${fraction === '' ? '' : `.${fraction}`}${zone}`
    })
}
