import type { Signal } from './clean.ts'
import type { ModelLiteral, RuleLiteral } from './model-literal.ts'

/** A signal with its class, kind.importance; null for a custom signal, which has none. */
export type ClassedSignal = Signal & { class: string | null }

export const classify = (signal: Signal, model: ModelLiteral): ClassedSignal => ({
  ...signal,
  class: classOf(signal, model),
})

function classOf(signal: Signal, model: ModelLiteral): string | null {
  if (signal.kind === 'custom') return null
  const rule = model.rules.find(candidate => ruleMatches(candidate, signal))
  return `${signal.kind}.${rule?.as ?? 'medium'}`
}

function ruleMatches(rule: RuleLiteral, signal: Signal): boolean {
  const { host, path } = signal.kind === 'view' ? splitUrl(signal.url) : { host: '', path: '' }
  return (
    rule.kind.includes(signal.kind) &&
    anyMatches(rule.artifact, signal.artifact) &&
    anyMatches(rule.version, signal.version) &&
    anyMatches(rule.type, signal.type) &&
    anyMatches(rule.host, host) &&
    anyMatches(rule.path, path)
  )
}

/** A key that the rule does not have matches everything. */
function anyMatches(globs: string[] | undefined, value: string): boolean {
  return globs === undefined || globs.some(glob => globMatches(glob.toLowerCase(), value.toLowerCase()))
}

/** `*` is any text, the empty one too; everything else is itself. */
function globMatches(glob: string, value: string): boolean {
  const literals = glob.split('*').map(literal => literal.replace(/[.+?^${}()|[\]\\/-]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`, 's').test(value)
}

/** A url's host and path; without query, fragment and trailing slash. A url without `//` is all path. */
export function splitUrl(url: string): { host: string; path: string } {
  const bare = url.split(/[?#]/)[0] ?? ''
  const match = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/]*)(.*)$/is.exec(bare)
  const authority = match?.[1] ?? ''
  const path = match === null ? bare : (match[2] ?? '')
  return {
    host: authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, ''),
    path: path.replace(/\/$/, ''),
  }
}
