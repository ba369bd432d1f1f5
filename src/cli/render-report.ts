import type { ConnectorReport } from '../delivery/connector-report.ts'
import { STAGE_LABELS, STAGES, type Stage } from '../domain/stage.ts'
import type { RunReport } from '../run/sync/report.ts'
import type { Terminal } from './terminal.ts'
import { count, counted, LEFT_OUT, oneLine } from './words.ts'

/** A run report for people: what was read, what moved, what each CRM got, and where to look next. */
export function renderReport(terminal: Terminal, report: RunReport, kind: 'sync' | 'plan'): string {
  const { colors } = terminal
  const title =
    kind === 'sync' ? `Run ${report.runId}` : 'What `oql sync` would do now; nothing was written, anywhere'
  return [
    `${colors.bold(title)} (as of ${report.asOf})`,
    '',
    ...signalLines(report),
    `Accounts       ${count(report.accounts.scored)} scored: ${stagesInWords(report.accounts.byStage)}`,
    ...(report.accounts.retired > 0
      ? [
          `               ${count(report.accounts.retired)} left out by the config now; their fields are cleared`,
        ]
      : []),
    `Stage changes  ${movesInWords(report.stageChanges)}`,
    ...Object.entries(report.connectors).flatMap(([name, connector]) =>
      connectorLines(terminal, name, connector, kind),
    ),
    ...noticeLines(terminal, report),
    ...nextLines(report, kind),
    '',
    `${statusWord(terminal, report.status)} in ${report.seconds} s`,
    '',
  ].join('\n')
}

function signalLines({ signals }: RunReport): string[] {
  const leftOut = leftOutInWords(signals)
  const custom = Object.entries(signals.customTypes)
    .filter(([, rows]) => rows > 0)
    .map(([type, rows]) => `${oneLine(type)} (${count(rows)})`)
  return [
    `Signals        ${count(signals.read)} read, ${count(signals.accepted)} counted`,
    ...(signals.read === 0
      ? [
          '               No source has a signal before this moment: see path: under store.sources in the config',
        ]
      : []),
    ...(leftOut.length > 0 ? [`               left out: ${leftOut.join(', ')}`] : []),
    ...(custom.length > 0
      ? [
          `               of no known kind, so without points: ${custom.join(', ')} (types: in the config names their kind)`,
        ]
      : []),
    ...signals.badRows
      .slice(0, BAD_ROWS_SHOWN)
      .map(({ file, line, why }) => `               ${file}:${line}: ${oneLine(why)}`),
  ]
}

/** Nothing where the outbox had nothing to do. */
function noticeLines({ colors }: Terminal, { notices, problems = [] }: RunReport): string[] {
  const parts = Object.entries(notices).filter(([, some]) => some > 0)
  if (parts.length === 0 && problems.length === 0) return []
  return [
    '',
    `Notices        ${parts.map(([status, some]) => `${count(some)} ${status}`).join(' · ')}`,
    ...problems.map(problem => `  ${colors.yellow('!')} ${oneLine(problem)}`),
  ]
}

/** Why signals were left out, most first. */
export const leftOutInWords = ({ leftOut }: Pick<RunReport['signals'], 'leftOut'>): string[] =>
  Object.entries(leftOut)
    .filter(([, rows]) => rows > 0)
    .toSorted(([, left], [, right]) => right - left)
    .map(([reason, rows]) => `${count(rows)} ${wordsFor(reason)}`)

/** Enough to see a pattern; --json has all that were kept. */
const BAD_ROWS_SHOWN = 3

const wordsFor = (reason: string): string =>
  Object.entries(LEFT_OUT).find(([name]) => name === reason)?.[1] ?? reason

export const stagesInWords = (byStage: Readonly<Record<Stage, number>>): string =>
  STAGES.map(stage => `${STAGE_LABELS[stage]} ${count(byStage[stage])}`).join(' · ')

function movesInWords({ total, byMove }: RunReport['stageChanges']): string {
  if (total === 0) return 'none'
  const moves = Object.entries(byMove).map(
    ([move, accounts]) => `${move.replace('none→', 'new→').replace('→', ' → ')} ${count(accounts)}`,
  )
  return `${count(total)}: ${moves.join(' · ')}`
}

export function connectorLines(
  terminal: Terminal,
  name: string,
  report: ConnectorReport,
  kind: 'sync' | 'plan',
): string[] {
  const { colors } = terminal
  const will = kind === 'plan' ? 'to be ' : ''
  const parts = [
    `${count(report.created)} ${will}created`,
    `${count(report.updated)} ${will}updated`,
    `${count(report.unchanged)} unchanged`,
    ...worthSaying(report),
  ]
  return [
    '',
    `${colors.bold(name)} ${statusWord(terminal, report.status)}`,
    `  records      ${parts.join(' · ')}`,
    ...besideLines(report, will),
    `  links        ${count(report.linked)} accounts are linked, ${count(report.matched)} of them found just now`,
    `  calls        ${counted(report.calls.read, 'read')}, ${counted(report.calls.write, 'write')}${kind === 'plan' ? ' (writes are an estimate)' : ''}${budgetInWords(report)}`,
    ...report.problems.map(problem => `  ${colors.yellow('!')} ${oneLine(problem)}`),
  ]
}

/** Leads and contacts beside the records, where the mapping has them. */
function besideLines({ leads, people }: ConnectorReport, will: string): string[] {
  const reasons = Object.entries(leads?.notMade ?? {}).map(
    ([reason, accounts]) => `${count(accounts)} ${LEAD_NOT_MADE[reason] ?? reason}`,
  )
  return [
    ...(people === undefined
      ? []
      : [
          `  contacts     ${count(people.made)} ${will}made · ${count(people.updated)} ${will}updated · ${count(people.found)} found${people.ambiguous > 0 ? ` · ${count(people.ambiguous)} emails that several contacts have` : ''}`,
        ]),
    ...(leads === undefined
      ? []
      : [
          `  leads        ${count(leads.made)} ${will}made · ${count(leads.updated)} ${will}updated · ${count(leads.open)} open`,
          ...(reasons.length > 0 ? [`               not made: ${reasons.join(', ')}`] : []),
        ]),
  ]
}

const LEAD_NOT_MADE: Readonly<Record<string, string>> = {
  no_person: 'without a known person',
  open_lead: 'with an open lead of their own',
  closed: 'whose lead was closed',
  converted: 'whose lead was converted',
  no_record: 'without a record of their own',
  leads_unavailable: 'because this CRM has no leads',
  rejected: 'refused before',
}

const budgetInWords = ({ budget }: ConnectorReport): string =>
  budget === undefined ? '' : `; ${count(budget.used)} of today's budget of ${count(budget.of)}`

const worthSaying = (report: ConnectorReport): string[] =>
  (
    [
      [report.skipped, 'left alone by the mapping'],
      [report.ambiguous, 'ambiguous'],
      [report.shared, 'sharing a record'],
      [report.rejected, 'refused'],
    ] as const
  )
    .filter(([accounts]) => accounts > 0)
    .map(([accounts, words]) => `${count(accounts)} ${words}`)

function nextLines(report: RunReport, kind: 'sync' | 'plan'): string[] {
  const connectors = Object.values(report.connectors)
  const ambiguous = connectors.some(connector => connector.ambiguous > 0)
  const refused = connectors.some(connector => connector.rejected > 0)
  const failed = connectors.some(connector => connector.status === 'failed')
  const lines = [
    ...(failed ? ['oql check                what is lacking, with the command that mends it'] : []),
    ...(ambiguous ? ['oql links                the ambiguous accounts and their candidates'] : []),
    ...(refused ? ['oql rejections           what was refused, and why'] : []),
    ...(report.notices.failed > 0 ? ['oql notices              what could not be told, and why'] : []),
    ...(kind === 'plan' ? ['oql sync                 does it'] : []),
    ...(kind === 'sync' && report.stageChanges.total > 0
      ? [`oql runs show ${report.runId}`, 'oql explain DOMAIN       why an account stands where it stands']
      : []),
  ]
  return lines.length === 0 ? [] : ['', 'Where to look next', ...lines.map(line => `  ${line}`)]
}

const STATUS_WORDS = { ok: 'done', partial: 'done in part', failed: 'failed' } as const

export function statusWord({ colors }: Terminal, status: RunReport['status']): string {
  const paint = { ok: colors.green, partial: colors.yellow, failed: colors.red }[status]
  return paint(STATUS_WORDS[status])
}

/** Whether what the state kept of a run is a whole report: one that failed early has none. */
export const isReport = (report: unknown): report is RunReport =>
  typeof report === 'object' && report !== null && 'connectors' in report && 'signals' in report
