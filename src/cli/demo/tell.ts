import path from 'node:path'
import type { Fields } from '../../contract/fields.ts'
import type { Account } from '../../domain/account.ts'
import { STAGE_LABELS } from '../../domain/stage.ts'
import type { RunReport } from '../../run/report.ts'
import type { Ambiguity } from '../../state/matching.ts'
import type { StageChange } from '../../state/moves.ts'
import { leftOutInWords, stagesInWords } from '../render-report.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { count, counted } from '../words.ts'

export const callsInWords = ({ connectors }: RunReport): string =>
  Object.values(connectors)
    .map(
      ({ created, updated, unchanged, calls }) =>
        `${count(created)} companies created, ${count(updated)} updated, ${count(unchanged)} unchanged; API calls: ${counted(calls.read, 'read')}, ${counted(calls.write, 'write')}`,
    )
    .join('; ')

export const planLine = ({ connectors }: RunReport): string =>
  Object.entries(connectors)
    .map(
      ([name, { created, updated, ambiguous, calls, problems }]) =>
        `${name}: ${count(created)} to create, ${count(updated)} to update, ${count(ambiguous)} ambiguous; about ${counted(calls.write, 'write')}\n${problems.map(problem => `  ! ${problem}\n`).join('')}`,
    )
    .join('')

/** What was read and what came of it. */
export function runLines(report: RunReport): string {
  const { signals, accounts } = report
  return [
    `Signals   ${count(signals.read)} read, ${count(signals.accepted)} counted; left out: ${leftOutInWords(signals).join(', ')}`,
    `Accounts  ${stagesInWords(accounts.byStage)}`,
    `Moves     ${counted(report.stageChanges.total, 'stage change')}`,
    `HubSpot   ${callsInWords(report)}`,
    ...Object.values(report.connectors).flatMap(({ problems }) => problems.map(problem => `  ! ${problem}`)),
    '',
  ].join('\n')
}

export const leadsTable = (terminal: Terminal, leads: readonly Account[]): string =>
  table(
    terminal,
    [
      { head: 'account' },
      { head: 'stage' },
      { head: 'score', align: 'right' },
      { head: 'trend' },
      { head: 'reason', fills: true },
    ],
    leads.map(({ domain, stage, score, trend, reason }) => [
      domain,
      STAGE_LABELS[stage],
      score.toFixed(2),
      trend ?? '',
      reason,
    ]),
  )

export const movesTable = (terminal: Terminal, moves: readonly StageChange[]): string =>
  table(
    terminal,
    [{ head: 'account' }, { head: 'from' }, { head: 'to' }, { head: 'reason', fills: true }],
    moves.map(({ domain, from, to, reason }) => [
      domain,
      from === null ? 'new' : STAGE_LABELS[from],
      STAGE_LABELS[to],
      reason,
    ]),
  )

export const recordTable = (terminal: Terminal, fields: Fields): string =>
  table(
    terminal,
    [{ head: 'property' }, { head: 'value', fills: true }],
    Object.entries(fields).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, String(value)]],
    ),
  )

/** Commands that work right now, with names that are there. */
export function nextCommands(
  { colors }: Terminal,
  { lead, ambiguous, file }: { lead: Account | undefined; ambiguous: Ambiguity | null; file: string },
): string {
  const oql = (line: string) => `  npm run -s oql -- ${line}`
  const candidate = ambiguous?.candidates[0]
  return [
    '',
    colors.bold('Try next'),
    ...(lead === undefined ? [] : [oql(`explain ${lead.domain}`)]),
    oql('score --stage experimentation'),
    oql(`sandbox --file ${path.relative('.', file)}`) + '   in another terminal; then:',
    oql('plan'),
    ...(ambiguous === null || candidate === undefined
      ? []
      : [
          oql('links') + '   several companies share a domain; say which one is meant:',
          oql(`links add ${ambiguous.connector} ${ambiguous.domain} ${candidate.remoteId}`),
        ]),
    colors.bold('With your own signals and HubSpot'),
    oql('init my-oql') +
      '   writes a config to fill in; then, in my-oql: oql check, setup hubspot, plan, sync',
    '',
  ].join('\n')
}
