import { createTask, parse } from 'node-cron'
import type { Config } from '../config/config.ts'
import { offsetIn } from './time-zone.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Shorter than a zone's shortest day: one holds two days at most, those of its two ends. */
const BLOCK_MS = 12 * HOUR_MS
/** So far back a missed time is looked for: more than a year, so that a yearly schedule has one. */
export const LOOK_BACK_MS = 400 * 24 * HOUR_MS
/** So far ahead the next time is looked for: 29 February comes every four years. */
const LOOK_AHEAD_MS = 5 * 366 * 24 * HOUR_MS
/** A zone's clock is put back by less: half an hour on Lord Howe Island, two at Troll, a day where the date line moves. */
const PUT_BACK_WITHIN_MS = 24 * HOUR_MS

/** When runs are due. Times are milliseconds since 1970. */
export interface Schedule {
  /** The latest due time after `after` and not after `until`; null for none. */
  latest(after: number, until: number): number | null
  /** The first due time after `after`; null where none comes. */
  next(after: number): number | null
}

/**
 * Reads `schedule`; node-cron parses and matches. Where a zone's clock is put forward, a time of day that is left out is
 * due at the jump; where it is put back, one that comes twice is due the first time. A schedule of every hour knows no
 * such jumps: an hour is an hour.
 */
export function openSchedule({ cron, timezone }: Pick<Config['schedule'], 'cron' | 'timezone'>): Schedule {
  const due = dueTimes(cron, offsetIn(timezone))
  let known: { after: number; next: number | null } | null = null

  /** Due times of a block after `after` and not after `until`. Minutes outside are not looked at. */
  function dueIn(block: number, after: number, until: number): number[] {
    if (!due.mayBeIn(block)) return []
    const from = Math.max(block, floor(after, MINUTE_MS))
    const to = Math.min(block + BLOCK_MS - MINUTE_MS, until)
    const times: number[] = []
    for (let minute = from; minute <= to; minute += MINUTE_MS) times.push(...due.inMinute(minute))
    return times.filter(time => time > after && time <= until)
  }

  function first(after: number): number | null {
    const until = after + LOOK_AHEAD_MS
    for (let block = floor(after, BLOCK_MS); block <= until; block += BLOCK_MS) {
      const [found] = dueIn(block, after, until)
      if (found !== undefined) return found
    }
    return null
  }

  return {
    latest(after, until) {
      for (let block = floor(until, BLOCK_MS); block > after - BLOCK_MS; block -= BLOCK_MS) {
        const found = dueIn(block, after, until).at(-1)
        if (found !== undefined) return found
      }
      return null
    },
    next(after) {
      if (known === null || after < known.after || (known.next !== null && after >= known.next)) {
        known = { after, next: first(after) }
      }
      return known.next
    },
  }
}

const floor = (time: number, unit: number): number => Math.floor(time / unit) * unit

/** Matching is done in the zone's wall time, written as if it were UTC: so a wall time that never was can be asked for. */
function dueTimes(cron: string, offset: (time: number) => number) {
  const task = createTask(cron, () => undefined, { timezone: 'UTC' })
  const anyTime = createTask(`* * ${cron.split(/\s+/).slice(-3).join(' ')}`, () => undefined, {
    timezone: 'UTC',
  })
  const { second: seconds, hour: hours } = parse(cron)
  const [first = 0] = seconds
  const everyHour = hours.length === 24
  // Seconds stand apart from the other fields: where one of a minute's matches, all of them do.
  const matches = (wall: number): boolean => task.match(new Date(wall + first * 1_000))
  /** Whether the clock showed this time already, before it was put back. */
  const isSecondTime = (time: number): boolean => {
    const back = offset(time - PUT_BACK_WITHIN_MS) - offset(time)
    return back > 0 && offset(time - back) - offset(time) === back
  }
  /** Wall times that a jump forward at this minute leaves out. */
  const leftOut = (minute: number): number[] => {
    const ahead = offset(minute)
    const jump = ahead - offset(minute - MINUTE_MS)
    const count = Math.max(0, jump / MINUTE_MS)
    return Array.from({ length: count }, (_, index) => minute + ahead - jump + index * MINUTE_MS)
  }

  return {
    /** Whether a day of this block is one of the schedule's. */
    mayBeIn: (block: number): boolean =>
      [block, block + BLOCK_MS - MINUTE_MS].some(time => anyTime.match(new Date(time + offset(time)))),

    inMinute(minute: number): number[] {
      const times = matches(minute + offset(minute)) ? seconds.map(second => minute + second * 1_000) : []
      if (everyHour) return times
      if (times.length > 0) return isSecondTime(minute) ? [] : times
      return leftOut(minute).some(matches) ? [minute] : []
    },
  }
}
