import { STAGE_LABELS, STAGES } from '../domain/stage.ts'
import type { Plan, WhatIf } from '../run/sync/plan.ts'
import { type ShownChange, shownChange } from './planned-changes.ts'
import { renderReport } from './render-report.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { count, counted } from './words.ts'

/** Changes that people look through; `--json` has all. */
const CHANGES_SHOWN = 20
const MOVES_SHOWN = 20

export async function renderPlan(terminal: Terminal, plan: Plan): Promise<string> {
  const first: ShownChange[] = []
  let total = 0
  for await (const change of plan.changes()) {
    total++
    if (first.length < CHANGES_SHOWN) first.push(shownChange(change))
  }
  const changes = total === 0 ? noChange(plan) : changesTable(terminal, first, total)
  return `${renderReport(terminal, plan.report, 'plan')}\n${changes}`
}

const noChange = ({ report }: Plan): string =>
  report.status === 'ok'
    ? 'No change: every record is as it must be.\n'
    : 'No change is planned, and not everything was looked at.\n'

function changesTable(terminal: Terminal, first: readonly ShownChange[], total: number): string {
  const rows = first.map(({ connector, domain, kind, key, action, fields, why }) => [
    connector,
    kind === undefined ? action : `${action} ${kind}`,
    key ?? domain,
    `${why} (${counted(Object.keys(fields).length, 'field')})`,
  ])
  const shown = table(
    terminal,
    [{ head: 'connector' }, { head: 'action' }, { head: 'account' }, { head: 'why', fills: true }],
    rows,
  )
  const more = total - first.length
  return `${shown}${more > 0 ? `… and ${count(more)} more; --json has all of them, field by field\n` : ''}`
}

/** The stages under another model, side by side, and who would move. */
export function renderWhatIf(terminal: Terminal, { byStage, moves }: WhatIf, model: string): string {
  const stages = table(
    terminal,
    [{ head: 'stage' }, { head: 'now', align: 'right' }, { head: 'then', align: 'right' }],
    STAGES.map(stage => [STAGE_LABELS[stage], count(byStage.before[stage]), count(byStage.after[stage])]),
  )
  const rows = moves
    .slice(0, MOVES_SHOWN)
    .map(({ domain, from, to }) => [domain, STAGE_LABELS[from], STAGE_LABELS[to]])
  const who = table(terminal, [{ head: 'account' }, { head: 'from' }, { head: 'to' }], rows)
  const more = moves.length - rows.length
  return [
    `With the model ${model}, ${counted(moves.length, 'account')} would move`,
    '',
    stages,
    ...(moves.length > 0 ? [who] : []),
    ...(more > 0 ? [`… and ${count(more)} more; --json has all of them\n`] : []),
  ].join('\n')
}
