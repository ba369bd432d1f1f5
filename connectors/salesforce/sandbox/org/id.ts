/** Three groups of five: each letter tells which of its five characters are capitals. */
const CHECK_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SHORT = 15
const LONG = 18

/** The 18 characters of an id given with 15 or 18; undefined where it is no id at all. */
export function parseId(text: string): string | undefined {
  if ((text.length !== SHORT && text.length !== LONG) || !/^[0-9A-Za-z]+$/.test(text)) return undefined
  const long = withCheck(text.slice(0, SHORT))
  return text.length === SHORT || long.slice(SHORT) === text.slice(SHORT).toUpperCase() ? long : undefined
}

/** Ids tell capitals from small letters, so that whoever folds them is found out. */
export function makeId(prefix: string, number: number): string {
  let digits = ''
  for (let rest = number; rest > 0; rest = Math.floor(rest / DIGITS.length)) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits
  }
  return withCheck(`${prefix}5g00${digits.padStart(SHORT - prefix.length - 4, '0')}`)
}

function withCheck(short: string): string {
  let check = ''
  for (let start = 0; start < SHORT; start += 5) {
    let capitals = 0
    for (let at = 0; at < 5; at++) if (/[A-Z]/.test(short.charAt(start + at))) capitals |= 1 << at
    check += CHECK_LETTERS.charAt(capitals)
  }
  return short + check
}
