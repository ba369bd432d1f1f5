import path from 'node:path'
import type { Fields } from '../../contract/fields.ts'
import type { ConnectorReport } from '../../delivery/connector-report.ts'
import type { Account } from '../../domain/account.ts'
import { STAGE_LABELS } from '../../domain/stage.ts'
import type { RunReport } from '../../run/sync/report.ts'
import type { Ambiguity } from '../../state/matching.ts'
import type { StageChange } from '../../state/moves.ts'
import { leftOutInWords, stagesInWords } from '../render-report.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { count, counted } from '../words.ts'
import type { StandIn } from './stand-in.ts'

const LABEL_WIDTH = 12

/** `HubSpot     `: what a line is about. */
export const labelled = (label: string): string => label.padEnd(LABEL_WIDTH)

type Crms = readonly Pick<StandIn, 'crm' | 'entry'>[]

const eachCrm = (
  crms: Crms,
  { connectors }: RunReport,
  inWords: (report: ConnectorReport) => string,
): string[] =>
  crms.flatMap(({ crm, entry }) => {
    const report = connectors[entry.name]
    if (report === undefined) return []
    return [`${labelled(crm)}${inWords(report)}`, ...report.problems.map(problem => `  ! ${problem}`)]
  })

/** What each CRM took, and what it cost. */
export const callLines = (report: RunReport, crms: Crms): string =>
  lines(
    eachCrm(
      crms,
      report,
      ({ created, updated, unchanged, calls }) =>
        `${count(created)} created, ${count(updated)} updated, ${count(unchanged)} unchanged; API calls: ${counted(calls.read, 'read')}, ${counted(calls.write, 'write')}`,
    ),
  )

export const planLines = (report: RunReport, crms: Crms): string =>
  lines(
    eachCrm(
      crms,
      report,
      ({ created, updated, ambiguous, calls }) =>
        `${count(created)} to create, ${count(updated)} to update, ${count(ambiguous)} ambiguous; about ${counted(calls.write, 'write')}`,
    ),
  )

const lines = (all: readonly string[]): string => all.map(line => `${line}\n`).join('')

/** What was read and what came of it. */
export function runLines(report: RunReport, crms: Crms): string {
  const { signals, accounts } = report
  return lines([
    `${labelled('Signals')}${count(signals.read)} read, ${count(signals.accepted)} counted; left out: ${leftOutInWords(signals).join(', ')}`,
    `${labelled('Accounts')}${stagesInWords(accounts.byStage)}`,
    `${labelled('Moves')}${counted(report.stageChanges.total, 'stage change')}`,
  ]).concat(callLines(report, crms))
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

export function recordTable(terminal: Terminal, fields: Fields, most: number): string {
  const held = Object.entries(fields).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, String(value)]],
  )
  const more = held.length - most
  return `${table(terminal, [{ head: 'field' }, { head: 'value', fills: true }], held.slice(0, most))}${more > 0 ? `  and ${counted(more, 'field')} more\n` : ''}`
}

/** Commands that work right now, with names that are there. */
export function nextCommands(
  { colors }: Terminal,
  {
    lead,
    ambiguous,
    standIns,
  }: { lead: Account | undefined; ambiguous: Ambiguity | null; standIns: readonly StandIn[] },
): string {
  const oql = (line: string) => `  npm run -s oql -- ${line}`
  const candidate = ambiguous?.candidates[0]
  return lines([
    '',
    colors.bold('Try next'),
    ...(lead === undefined ? [] : [oql(`explain ${lead.domain}`)]),
    oql('score --stage experimentation'),
    ...standIns.map(
      ({ entry, file }) =>
        `${oql(`sandbox ${entry.use} --file ${path.relative('.', file)}`)}   in a terminal of its own`,
    ),
    `${oql('plan')}   with the sandboxes running`,
    ...(ambiguous === null || candidate === undefined
      ? []
      : [
          `${oql('links')}   several records share a domain; say which one is meant:`,
          oql(`links add ${ambiguous.connector} ${ambiguous.domain} ${candidate.remoteId}`),
        ]),
    colors.bold('With your own signals and CRM'),
    oql('init my-oql --crm salesforce') + '   or hubspot, or both: writes a config to fill in;',
    `  then, in my-oql: oql check, setup, plan, sync`,
  ])
}
