import { z } from 'zod'
import { type Fault, fault, unknownName } from '../read/parsed.ts'
import { addFaults } from './quantities.ts'

const PLACEHOLDER = /\{\{(.*?)\}\}/gs

/** A text with `{{name}}` in it, for a task, a note or a message. */
export const template = (names: readonly string[]) =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => addFaults(templateFaults(text, names), context))

function templateFaults(text: string, names: readonly string[]): Fault[] {
  const unclosed = text.replaceAll(PLACEHOLDER, '').includes('{{')
  return [
    ...(unclosed ? [fault('a {{ is not closed')] : []),
    ...[...text.matchAll(PLACEHOLDER)].flatMap(([, inner = '']) => {
      const name = inner.trim()
      return names.includes(name) ? [] : [unknownName(`there is no {{${name}}}`, name, names)]
    }),
  ]
}
