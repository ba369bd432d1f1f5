import { EXIT, UserError } from '../domain/errors.ts'
import type { State } from '../state/state.ts'

/** The moment that a run stands at. @throws UserError (usage) for one that is no time */
export function parseAsOf(text: string): Date {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}Z`
  const asOf = new Date(zoned.replace(' ', 'T'))
  if (isDay(text) && !Number.isNaN(asOf.getTime())) return asOf
  throw new UserError(`--as-of ${text} is no date (2026-11-24) or time (2026-11-24T06:00:00Z)`, {
    exitCode: EXIT.usage,
  })
}

/** Whether a text starts with a day of the calendar: `Date` takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const [day] = /^\d{4}-\d{2}-\d{2}/.exec(text) ?? []
  if (day === undefined) return false
  const midnight = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
}

/**
 * @throws UserError (usage) for a moment before the last run's, which would turn the remembered stages back, or, where
 * things are to be remembered, in the future
 */
export async function refuseAsOf(
  state: State,
  asOf: Date,
  future: { allowed: boolean; now: Date },
): Promise<void> {
  if (!future.allowed && asOf > future.now) {
    throw new UserError(`--as-of ${asOf.toISOString()} is in the future`, { exitCode: EXIT.usage })
  }
  const last = await state.runs.lastAsOf()
  if (last !== null && asOf < last) {
    throw new UserError(`${asOf.toISOString()} is before the last run's (${last.toISOString()})`, {
      exitCode: EXIT.usage,
      hint: 'What is remembered stands at that moment: take a later --as-of, or, without one, look at the clock of this machine. Another state: (in the config) starts anew.',
    })
  }
}
