import type { OutboxNotice } from '../../domain/notice.ts'

const PLACEHOLDER = /\{\{(.*?)\}\}/gs

/** What a template may name: the account's values at the moment of the change, and the change itself. */
export function valueIn({ content, domain, from, to, direction }: OutboxNotice, name: string): string {
  const change: Readonly<Record<string, string | null>> = { from, to, direction }
  const value = name in change ? change[name] : content[name]
  // A company that never told its name goes by its domain.
  if (name === 'name') return String(value ?? domain)
  return value === null || value === undefined ? '' : String(value)
}

/** Fills a template's `{{name}}`s. What a value itself holds in braces stays as it is. */
export const filled = (template: string, notice: OutboxNotice): string =>
  template.replace(PLACEHOLDER, (_, name: string) => valueIn(notice, name.trim()))
