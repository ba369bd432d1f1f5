import { PERSON_VALUES } from '../../../src/config/when/condition-names.ts'
import { MAPPABLE, type Mappable, TRIGGERS } from '../../../src/domain/mappable.ts'

/** What each value is, for people; of the counts what is counted. */
const MEANINGS: Readonly<Record<string, string>> = {
  domain: 'the account’s domain',
  name: 'the latest name that a signal gave; empty: none did',
  reason: 'one sentence: the condition that gave the stage, with its values',
  top_artifacts: 'up to five of the last 90 days, joined by commas; empty: none',
  stage: 'where the account stands',
  previous_stage: 'where it stood before its last move; empty: it never moved',
  stage_direction: 'of its last move',
  trend: 'empty: inactive',
  risk: 'of going quiet; empty: none',
  stage_label: 'the stage in the model’s words',
  previous_stage_label: 'the same of `previous_stage`',
  score: 'the points; 0 of an inactive account',
  points: 'capped points of the model’s window',
  stage_since: 'when it moved there',
  first_seen: 'the first signal ever',
  last_seen: 'the latest signal',
  active_weeks: 'weeks of the last 90 days with a signal',
  use_weeks: 'weeks of the last 90 days with a use',
  view_week_streak: 'most weeks in a row with a view that counts',
  actors_30: 'people and machines told apart in the last 30 days',
  last_seen_days: 'whole days since the latest signal',
  signals_wow: 'growth of signals, week on week: 0.25 is a quarter more; empty: nothing before',
  actors_wow: 'the same of actors',
  signals_mom: 'growth of signals, 30 days on the 30 before; empty: nothing before',
  actors_mom: 'the same of actors',
  country: 'of the latest signal that has one; empty: none',
  industry: 'as a company list gave it; empty: not known',
  size: 'as a company list gave it; empty: not known',
  model: 'the name of the scoring model',
  as_of: 'the moment that all of it is of; only rides along',
  console_url: 'the account’s page; empty: `serve.url` is not set',
  email: 'in lower case',
  kinds: 'what their signals were, joined by commas',
  signals: 'signals that carry the email',
}

/** What a count of several windows counts. */
const WINDOWED: Readonly<Record<string, string>> = {
  views: 'page views',
  downloads: 'downloads',
  telemetry: 'telemetry signals',
  community: 'community acts',
  signals: 'all signals',
  uses: 'downloads and telemetry',
  use_days: 'days with a use',
  high: 'signals of high importance',
  span: 'days from the first to the last signal',
}

const WINDOW = /^([a-z_]+)_(\d+)$/

function meaningOf(name: string): string {
  const meaning = MEANINGS[name]
  if (meaning !== undefined) return meaning
  const what = WINDOWED[baseOf(name)]
  if (what === undefined) throw new Error(`values-table.ts does not say what ${name} is`)
  return `${what}, in the last so many days`
}

/** `views` of `views_30`; a value with a meaning of its own is of no family. */
const baseOf = (name: string): string =>
  MEANINGS[name] === undefined ? (WINDOW.exec(name)?.[1] ?? name) : name

function typeOf(value: Mappable): string {
  switch (value.type) {
    case 'enumeration':
      return value.options.map(option => `\`${option}\``).join(', ')
    case 'number':
      return value.scale === 0 ? 'whole number' : `number, ${value.scale} places`
    case 'text':
    case 'date':
      return value.type
  }
}

type Named = readonly [string, Mappable]

/** A row for each value; the windows of one count share theirs. */
const rows = (values: Iterable<Named>): string[] =>
  [...Map.groupBy(values, ([name]) => baseOf(name)).values()].flatMap(family => {
    const [first] = family
    if (first === undefined) return []
    const [name, value] = first
    const names = family.map(([one]) => `\`${one}\``).join(', ')
    const mark = TRIGGERS.has(name) ? ' ⚡' : ''
    return [`| ${names}${mark} | ${typeOf(value)} | ${value.nullable ? 'yes' : ''} | ${meaningOf(name)} |`]
  })

const personRow = ([name, value]: Named): string => {
  const meaning = MAPPABLE.has(name) ? `${meaningOf(name)} of theirs` : meaningOf(name)
  return `| \`${name}\` | ${typeOf(value)} | ${meaning} |`
}

/** Every value that a mapping may name, as tables of Markdown. */
export const valuesTable = (): string =>
  [
    '⚡ is worth a write by itself unless a line says `trigger: false`.',
    '',
    '| name | type | may be empty | what it is |',
    '|---|---|---|---|',
    ...rows(MAPPABLE),
    '',
    'Of a person, in `people.fields`, where all of the account’s stand too:',
    '',
    '| name | type | what it is |',
    '|---|---|---|',
    ...[...PERSON_VALUES].map(personRow),
  ].join('\n')

const SECTION = /(<!-- values: .* -->\n)[\s\S]*?(<!-- \/values -->)/

/** The page with the tables as the code has them now. */
export function withValues(page: string): string {
  if (!SECTION.test(page)) throw new Error('docs/mapping.md has no section of values')
  return page.replace(SECTION, (_, begin: string, end: string) => `${begin}\n${valuesTable()}\n\n${end}`)
}
