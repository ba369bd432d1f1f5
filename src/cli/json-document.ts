import type { Terminal } from './terminal.ts'
import { visibleJson } from './visible.ts'

/** The JSON of a value, without secrets and without anything that would drive a terminal. */
export const jsonOf = ({ redactor }: Terminal, value: unknown, indent?: number): string =>
  visibleJson(JSON.stringify(redactor.value(value), null, indent))

export const printJson = (terminal: Terminal, value: unknown): Promise<void> =>
  terminal.data(`${jsonOf(terminal, value, 2)}\n`)

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
  let text = jsonOf(terminal, head).slice(0, -1)
  let separator = Object.keys(head).length === 0 ? '' : ','
  for (const [name, items] of Object.entries(lists)) {
    text += `${separator}${JSON.stringify(name)}:[`
    separator = '\n'
    for await (const item of items) {
      text += separator + jsonOf(terminal, item)
      separator = ',\n'
      if (text.length < CHUNK) continue
      await terminal.data(text)
      text = ''
    }
    text += ']'
    separator = ','
  }
  await terminal.data(`${text}}\n`)
}
