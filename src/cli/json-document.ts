import type { Terminal } from './terminal.ts'

export const printJson = (terminal: Terminal, value: unknown): Promise<void> =>
  terminal.out(`${JSON.stringify(value, null, 2)}\n`)

/** Characters written at once. */
const CHUNK = 64 * 1024

/**
 * Writes one JSON document: the members of `head`, then lists that may be larger than memory, an item a line.
 */
export async function streamJson(
  terminal: Terminal,
  head: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, AsyncIterable<unknown>>>,
): Promise<void> {
  let text = JSON.stringify(head).slice(0, -1)
  let separator = Object.keys(head).length === 0 ? '' : ','
  for (const [name, items] of Object.entries(lists)) {
    text += `${separator}${JSON.stringify(name)}:[`
    separator = '\n'
    for await (const item of items) {
      text += separator + JSON.stringify(item)
      separator = ',\n'
      if (text.length < CHUNK) continue
      await terminal.out(text)
      text = ''
    }
    text += ']'
    separator = ','
  }
  await terminal.out(`${text}}\n`)
}
