import type { PlannedChange } from '../domain/planned-change.ts'
import type { RevertReport } from '../run/revert.ts'
import { connectorLines, statusWord } from './render-report.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { count, oneLine } from './words.ts'

/** Records that people look through; `--json` has all. */
const CHANGES_SHOWN = 20

/** A revert for people: what each CRM got, or would get, and where to look next. */
export function renderRevert(terminal: Terminal, report: RevertReport, kind: 'done' | 'plan'): string {
  const { colors } = terminal
  const { runId, reverts } = report
  const title =
    kind === 'done'
      ? `Run ${runId} puts back what run ${reverts} wrote`
      : `What \`oql revert ${reverts}\` would put back now; nothing was written, anywhere`
  const next =
    kind === 'plan'
      ? [`oql revert ${reverts} --yes     does it`]
      : [`oql revert ${runId}   takes it back`, 'oql sync                 plans these records anew']
  return [
    colors.bold(title),
    ...Object.entries(report.connectors).flatMap(([name, connector]) =>
      connectorLines(terminal, name, connector, kind === 'done' ? 'sync' : 'plan'),
    ),
    '',
    'Where to look next',
    ...next.map(line => `  ${line}`),
    '',
    `${statusWord(terminal, report.status)} in ${report.seconds} s`,
    '',
  ].join('\n')
}

/** The first records, field by field. */
export async function renderReverted(
  terminal: Terminal,
  changes: AsyncIterable<PlannedChange>,
): Promise<string> {
  const rows: string[][] = []
  let total = 0
  for await (const { connector, domain, remoteId, fields } of changes) {
    total++
    if (rows.length >= CHANGES_SHOWN) continue
    rows.push([connector, domain, remoteId ?? '', fieldsInWords(fields)])
  }
  if (total === 0) return 'Nothing to put back.\n'
  const heads = [{ head: 'connector' }, { head: 'account' }, { head: 'record' }]
  const drawn = table(terminal, [...heads, { head: 'fields', fills: true }], rows)
  const more = total - rows.length
  return more > 0 ? `${drawn}… and ${count(more)} more; --json has all of them\n` : drawn
}

/** `oql_stage interest → none` */
export const fieldsInWords = (fields: PlannedChange['fields']): string =>
  Object.entries(fields)
    .map(
      ([name, { from, to }]) =>
        `${name} ${oneLine(String(from ?? 'none'))} → ${oneLine(String(to ?? 'none'))}`,
    )
    .join(', ')

/** Whether what the state kept of a run is the report of a revert. */
export const isRevertReport = (report: unknown): report is RevertReport =>
  typeof report === 'object' && report !== null && 'reverts' in report && 'connectors' in report
