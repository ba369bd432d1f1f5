/**
 * Times are whole microseconds since 1970-01-01T00:00Z: sources carry six places, a Date only three. Until the year
 * 2255 they fit a number exactly.
 */
export const SECOND = 1_000_000
export const DAY = 24 * 60 * 60 * SECOND

const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?$/

/** `YYYY-MM-DD[T ]hh:mm:ss[.f][zone]`, converted to UTC; null where it is not one, or names a day that is not. */
export function parseTime(text: string): number | null {
  const match = TIME.exec(text)
  if (match === null) return null
  const part = (index: number): number => Number(match[index] ?? '0')
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)]
  if (hour > 23 || minute > 59 || second > 59 || part(11) > 59) return null
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isReal) return null
  const microseconds = Number((match[7] ?? '').padEnd(6, '0').slice(0, 6))
  const offset = (match[9] === '-' ? -1 : 1) * (part(10) * 60 + part(11)) * 60 * SECOND
  return date.getTime() * 1000 + ((hour * 60 + minute) * 60 + second) * SECOND + microseconds - offset
}

/** Days since 1970-01-01. */
export const dayOf = (time: number): number => Math.floor(time / DAY)

/** Months since year 0. */
export function monthOf(time: number): number {
  const date = toDate(time)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** ISO weeks (they begin on Monday) since the one of 1970-01-01, a Thursday: three days after its Monday. */
export const weekOf = (time: number): number => Math.floor((dayOf(time) + 3) / 7)

/** Cut to the millisecond, downwards. */
export const toDate = (time: number): Date => new Date(Math.floor(time / 1000))
export const fromDate = (date: Date): number => date.getTime() * 1000
