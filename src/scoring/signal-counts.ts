import type { DuckDb } from '../store/duckdb.ts'
import type { LandedFile } from '../store/landing.ts'

/** What became of the rows of one day, or of all of them. */
export interface SignalCounts {
  read: number
  accepted: number
  /** Reason of MODEL.md §1 → rows. */
  leftOut: Record<string, number>
  /** Types that are no known kind → accepted rows. */
  customTypes: Record<string, number>
}

/** Without what every object has: a signal's type may be called `constructor`, or `__proto__`. */
export const noCounts = (): SignalCounts => ({
  read: 0,
  accepted: 0,
  leftOut: Object.create(null),
  customTypes: Object.create(null),
})

/** Of the days in `labelled`. */
export async function countBatch(db: DuckDb): Promise<Map<string, SignalCounts>> {
  const rows = await db.rows(
    `select cast(day as varchar) as day, left_out, case when left_out is null then custom_type end as custom_type,
       cast(count(*) as double) as rows
     from labelled group by all`,
  )
  const counts = new Map<string, SignalCounts>()
  for (const row of rows) {
    const count = counts.get(String(row.day)) ?? noCounts()
    counts.set(String(row.day), count)
    const n = Number(row.rows)
    count.read += n
    if (row.left_out === null) count.accepted += n
    else add(count.leftOut, String(row.left_out), n)
    if (row.custom_type !== null) add(count.customTypes, String(row.custom_type), n)
  }
  return counts
}

/** Day → key of a file → its signals of that day. Those of excluded accounts are there: whoever excludes them loses no input. */
export async function countFiles(
  db: DuckDb,
  landed: readonly LandedFile[],
): Promise<ReadonlyMap<string, Record<string, number>>> {
  const rows = await db.rows(
    `select cast(day as varchar) as day, file, cast(count(*) as double) as signals from labelled
     where left_out is null or left_out in ('duplicate', 'excluded') group by all`,
  )
  const days = new Map<string, Record<string, number>>()
  for (const { day, file, signals } of rows) {
    const byFile = days.get(String(day)) ?? {}
    days.set(String(day), byFile)
    const key = landed[Number(file)]?.file.key
    if (key !== undefined) add(byFile, key, Number(signals))
  }
  return days
}

/** Of all days, with the rows that belong to none. */
export function total(counts: readonly (SignalCounts | null)[], landed: readonly LandedFile[]): SignalCounts {
  const sum = noCounts()
  for (const count of counts) {
    sum.read += count?.read ?? 0
    sum.accepted += count?.accepted ?? 0
    for (const [reason, rows] of Object.entries(count?.leftOut ?? {})) add(sum.leftOut, reason, rows)
    for (const [type, rows] of Object.entries(count?.customTypes ?? {})) add(sum.customTypes, type, rows)
  }
  const undated = landed.reduce((rows, file) => rows + file.undated, 0)
  sum.read += undated
  if (undated > 0) add(sum.leftOut, 'bad_row', undated)
  return sum
}

function add(counts: Record<string, number>, name: string, n: number): void {
  counts[name] = (counts[name] ?? 0) + n
}
