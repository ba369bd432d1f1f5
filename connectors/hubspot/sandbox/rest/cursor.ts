import { badRequest } from './refusal.ts'

const PREFIX = 'cursor:'

/** Where the next page begins, as a text that says nothing: whoever reads a place out of it is found out. */
export const cursorOf = (place: string): string => Buffer.from(PREFIX + place).toString('base64url')

/** The place of a cursor that was handed out; throws a 400 for anything else. */
export function placeOf(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  const place = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : ''
  if (cursorOf(place) !== cursor || !/^\d+$/.test(place)) throw badRequest(`after is not valid: ${cursor}`)
  return place
}
