/** Clocks are put forward and back at quarters of an hour. */
const QUARTER_MS = 15 * 60_000
/** Formatting is slow and neighbours are asked for together: a day's worth is kept. */
const QUARTERS_KEPT = 96

/** How far a time zone is ahead of UTC at a moment, in milliseconds. */
export function offsetIn(timezone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const kept = new Map<number, number>()
  return time => {
    const quarter = Math.floor(time / QUARTER_MS) * QUARTER_MS
    const known = kept.get(quarter)
    if (known !== undefined) return known
    const offset = readOffset(format, quarter)
    if (kept.size >= QUARTERS_KEPT) kept.clear()
    kept.set(quarter, offset)
    return offset
  }
}

function readOffset(format: Intl.DateTimeFormat, time: number): number {
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - time
}
