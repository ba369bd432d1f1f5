import type { Model, Rule } from '../config/model.ts'
import { CLASSES, KINDS, SCORED_KINDS } from '../domain/signal.ts'
import type { Dialect } from '../store/dialect.ts'
import { literal, literals } from '../store/sql.ts'

/**
 * A signal's importance as SQL over the canonical columns and those of `urlSql`: the first rule that matches, else
 * medium (MODEL.md §2). Globs become LIKE patterns, letter case aside; an absent value is the empty text.
 */
export function importanceSql(rules: readonly Rule[]): string {
  if (rules.length === 0) return `'medium'`
  const branches = rules.map(rule => `when ${matches(rule)} then ${literal(rule.as)}`)
  return `case ${branches.join('\n  ')}\n  else 'medium' end`
}

function matches(rule: Rule): string {
  const texts: readonly (readonly [readonly string[] | undefined, string])[] = [
    [rule.artifact, 'artifact'],
    [rule.version, 'version'],
    [rule.type, 'type'],
    [rule.host, 'url_host'],
    [rule.path, 'url_path'],
  ]
  const conditions = texts.flatMap(([globs, text]) => (globs === undefined ? [] : [anyGlob(globs, text)]))
  return [`kind in ${literals(rule.kinds)}`, ...conditions].join(' and ')
}

function anyGlob(globs: readonly string[], text: string): string {
  const value = `lower(coalesce(${text}, ''))`
  return `(${globs.map(glob => `${value} like ${literal(likePattern(glob))} escape '!'`).join(' or ')})`
}

const likePattern = (glob: string): string =>
  glob
    .toLowerCase()
    .replaceAll(/[!%_]/g, found => `!${found}`)
    .replaceAll('*', '%')

/**
 * Host and path of a view's url: columns of their own, for a rule asks them once for each of its globs. The host
 * stands behind `//`, without user and port; the path behind the host, or is the whole, without query, fragment and
 * trailing slash. Other kinds have no url that says what was looked at.
 */
export const urlSql = (dialect: Dialect): string => {
  const plain = dialect.capture(`case when kind = 'view' then url end`, '^([^?#]*)')
  const host = '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/]*@)?(\\[[^/]*\\]|[^/:]*)'
  const path = '^(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*)?(.*?)/?$'
  return `${dialect.capture(plain, host)} as url_host, ${dialect.capture(plain, path)} as url_path`
}

/** The columns of a rollup row that count a class, `view_low` and so on. */
export const CLASS_COLUMNS = CLASSES.map(name => ({ name, column: name.replace('.', '_') }))

/** A signal's class as its place in CLASS_COLUMNS, from its kind and importance; null for a custom signal. */
export const classSql = (kind: string, importance: string): string => {
  const branches = CLASS_COLUMNS.map(({ column }, place) => `when ${literal(column)} then ${place}`)
  return `cast(case ${kind} || '_' || ${importance} ${branches.join(' ')} end as tinyint)`
}

/** A signal's kind as a bit, in the order of KINDS, from its class. */
export const kindBitSql = (place: string): string => {
  const branches = SCORED_KINDS.map((kind, bit) => {
    const places = CLASS_COLUMNS.flatMap(({ name }, at) => (name.startsWith(`${kind}.`) ? [at] : []))
    return `when ${place} in (${places.join(', ')}) then ${1 << bit}`
  })
  return `case ${branches.join(' ')} else ${1 << KINDS.indexOf('custom')} end`
}

/** Points are reckoned in millionths, as whole numbers: a sum is exact in every engine. */
export const MICROPOINTS = 1_000_000

/** A class's points and caps in micropoints; a class that the model leaves out carries none. */
export function classPoints(
  model: Model,
): { column: string; points: number; perDay: number; perMonth: number }[] {
  return CLASS_COLUMNS.flatMap(({ name, column }) => {
    const rule = model.classes[name]
    if (rule === undefined) return []
    const micro = (points: number) => Math.round(points * MICROPOINTS)
    return [
      { column, points: micro(rule.points), perDay: micro(rule.perDay), perMonth: micro(rule.perMonth) },
    ]
  })
}
