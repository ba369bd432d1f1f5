import type { LeftOutReason } from '../domain/signal.ts'

const NUMBERS = new Intl.NumberFormat('en')

/** `12345` → `12,345` */
export const count = (number: number): string => NUMBERS.format(number)

/** `1 account`, `2 accounts` */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`

/** Why signals are left out, for people. */
export const LEFT_OUT: Readonly<Record<LeftOutReason, string>> = {
  bad_row: 'unreadable',
  duplicate: 'repeated',
  do_not_track: 'do not track',
  low_confidence: 'low confidence',
  no_company: 'no company',
  not_a_company: 'not a company',
  connection_type: 'home or hosting network',
  free_mail: 'free mail',
  excluded: 'excluded by the config',
  bot: 'bots',
}

/** `2026-11-24 06:00` */
export const minute = (time: Date): string => time.toISOString().slice(0, 16).replace('T', ' ')

export const day = (time: Date): string => time.toISOString().slice(0, 10)

/**
 * Text from outside as one line: names in signals and CRMs may hold line breaks, and control characters that would
 * drive the terminal.
 */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()

/** Cut to so many characters, the last one a `…` where something was lost. */
export function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, Math.max(most - 1, 0)).join('')}…`
}
