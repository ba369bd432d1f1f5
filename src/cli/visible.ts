/** Colors, and what else would drive a terminal or turn the letters of a line around; line breaks and tabs apart. */
const DRIVING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /(\u001B\[[\d;]*m)|[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]--[\n\t]]/gv

/**
 * A text with its control characters spelled out: names of files, arguments and what a CRM says come from anywhere.
 * @param options `colored`: our own colors stay
 */
export const visible = (text: string, { colored } = { colored: false }): string =>
  text.replace(DRIVING, (found, color: string | undefined) =>
    color !== undefined && colored ? found : found.replace(/[^\x20-\x7E]/gu, spelled),
  )

const spelled = (character: string): string => {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`
}

/** JSON of the same meaning, in which no terminal sees anything to do. */
export const visibleJson = (json: string): string =>
  json.replace(
    /[\u007F-\u009F\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
