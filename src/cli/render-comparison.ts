import { STAGE_LABELS, STAGES } from '../domain/stage.ts'
import type { Comparison } from '../run/compare/compare.ts'
import type { NotCompared } from '../run/compare/compare-stages.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { count, counted, oneLine } from './words.ts'

/** How many accounts have which two stages, then those on which both differ, with the condition that made ours. */
export function renderComparison(
  terminal: Terminal,
  compared: Comparison,
  other: { name: string; most: number },
): string {
  const { agree, differ, connector, field } = compared
  const total = agree + differ
  const share = total === 0 ? '' : ` (${Math.round((agree / total) * 100)} %)`
  const title = `${counted(total, 'account')} compared with ${field} of ${connector}`
  return [
    `${terminal.colors.bold(title)}: ${count(agree)} agree${share}, ${count(differ)} differ`,
    ...leftOutLines(compared),
    '',
    ...(total === 0 ? [] : [pairsTable(terminal, compared, other.name)]),
    ...(differ === 0 ? [] : [differencesTable(terminal, compared, other)]),
  ].join('\n')
}

const WORDS: Readonly<Record<NotCompared, string>> = {
  out_of_scope: 'left out by only:',
  no_record: 'without a record',
  ambiguous: 'ambiguous (oql links)',
  shared: 'sharing a better one’s record',
  empty: 'with an empty field',
  unknown_stage: 'with what is no stage',
  written_by_us: 'with a stage that our own sync wrote',
}

/** Values that are no stage, as examples. */
const UNKNOWN_SHOWN = 5

function leftOutLines({ notCompared, unknownStages }: Comparison): string[] {
  const parts = Object.entries(WORDS).flatMap(([reason, words]) => {
    const accounts = Object.entries(notCompared).find(([name]) => name === reason)?.[1] ?? 0
    return accounts === 0 ? [] : [`${count(accounts)} ${words}`]
  })
  const unknown = Object.entries(unknownStages)
    .slice(0, UNKNOWN_SHOWN)
    .map(([text, accounts]) => `${oneLine(text)} (${count(accounts)})`)
  return [
    ...(parts.length > 0 ? [`Not compared: ${parts.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`No stage: ${unknown.join(', ')}`] : []),
  ]
}

/** A row for each of our stages, a column for each of theirs. */
function pairsTable(terminal: Terminal, { pairs }: Comparison, other: string): string {
  const accountsOf = new Map(pairs.map(({ ours, scarf, accounts }) => [`${ours} ${scarf}`, accounts]))
  const columns = [
    { head: `ours \\ ${other}` },
    ...STAGES.map(stage => ({ head: STAGE_LABELS[stage], align: 'right' as const })),
  ]
  const rows = STAGES.map(ours => [
    STAGE_LABELS[ours],
    ...STAGES.map(theirs => count(accountsOf.get(`${ours} ${theirs}`) ?? 0)),
  ])
  return table(terminal, columns, rows)
}

function differencesTable(
  terminal: Terminal,
  { differences }: Comparison,
  { name, most }: { name: string; most: number },
): string {
  const shown = differences.slice(0, most)
  const drawn = table(
    terminal,
    [{ head: 'account' }, { head: name }, { head: 'ours, and the condition that made it', fills: true }],
    shown.map(({ domain, scarf, condition }) => [domain, STAGE_LABELS[scarf], condition]),
  )
  const more = differences.length - shown.length
  return `${drawn}${more > 0 ? `… and ${count(more)} more; --top shows more, --json all\n` : ''}`
}
