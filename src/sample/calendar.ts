import type { Day } from './habits.ts'

export const DAY_MS = 86_400_000

/** One day of the export, and how much of it lies before `until`. */
export interface ExportDay extends Day {
  /** `2026-11-23` */
  date: string
  coveredMs: number
}

/** The days of an export that ends just before `until`, oldest first. */
export function exportDays(until: Date, days: number): ExportDay[] {
  const last = Math.ceil(until.getTime() / DAY_MS) - 1
  return Array.from({ length: days }, (_, index) => {
    const number = last - (days - 1 - index)
    const start = number * DAY_MS
    return {
      number,
      ago: last - number,
      // 1970-01-01 was a Thursday: Saturday and Sunday are 2 and 3 days after it.
      workday: ![2, 3].includes(number % 7),
      date: new Date(start).toISOString().slice(0, 10),
      coveredMs: Math.min(DAY_MS, until.getTime() - start),
    }
  })
}
