import { createTask, parse } from 'node-cron'
import type { Config } from '../config/config.ts'

const MINUTE_MS = 60_000
/** After a week without a run nobody minds one more. */
const LOOK_BACK_MS = 7 * 24 * 60 * MINUTE_MS

/** Whether the schedule wanted a run after the last one began, and no process was there to do it. */
export function isOverdue(
  { cron, timezone }: Pick<Config['schedule'], 'cron' | 'timezone'>,
  lastStarted: Date | null,
  now: Date,
): boolean {
  if (lastStarted === null || now.getTime() - lastStarted.getTime() > LOOK_BACK_MS) return true
  const schedule = createTask(cron, () => undefined, { timezone })
  const seconds = parse(cron).second
  const first = seconds[0] ?? 0
  // Seconds stand apart from the other fields: where one of a minute's matches, all of them do.
  for (let minute = floor(lastStarted); minute <= now.getTime(); minute += MINUTE_MS) {
    if (!schedule.match(new Date(minute + first * 1_000))) continue
    const due = seconds.map(second => minute + second * 1_000)
    if (due.some(time => time > lastStarted.getTime() && time <= now.getTime())) return true
  }
  return false
}

const floor = (time: Date): number => Math.floor(time.getTime() / MINUTE_MS) * MINUTE_MS
