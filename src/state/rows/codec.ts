/**
 * How values are kept, in every database alike: times as integer epoch milliseconds, flags as 0 or 1, whatever is
 * nested as JSON text.
 */
export const toTime = (date: Date): number => date.getTime()
export const fromTime = (ms: number): Date => new Date(ms)

export const toTimeOrNull = (date: Date | null): number | null => (date === null ? null : toTime(date))
export const fromTimeOrNull = (ms: number | null): Date | null => (ms === null ? null : fromTime(ms))

export const toFlag = (value: boolean): number => (value ? 1 : 0)
export const fromFlag = (flag: number): boolean => flag !== 0

export const toJson = (value: unknown): string => JSON.stringify(value)
/** What this program wrote itself; the border where it was parsed lies before the state. */
export const fromJson = <T>(text: string): T => JSON.parse(text)
