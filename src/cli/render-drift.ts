import type { PlannedChange } from '../domain/planned-change.ts'
import { fieldsInWords } from './render-revert.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { count, counted } from './words.ts'

/** Records that people look through; `--json` has all. */
const DRIFT_SHOWN = 20

/** What others overwrote, for people: from what the CRM holds to what we delivered. */
export async function renderDrift(terminal: Terminal, drift: AsyncIterable<PlannedChange>): Promise<string> {
  const rows: string[][] = []
  let total = 0
  for await (const { connector, domain, remoteId, fields } of drift) {
    total++
    if (rows.length < DRIFT_SHOWN) rows.push([connector, domain, remoteId ?? '', fieldsInWords(fields)])
  }
  if (total === 0) return `${terminal.colors.bold('Drift')}: none, nobody overwrote what we delivered\n`
  const heads = [{ head: 'connector' }, { head: 'account' }, { head: 'record' }]
  const drawn = table(terminal, [...heads, { head: 'theirs → ours', fills: true }], rows)
  const more = total > rows.length ? `… and ${count(total - rows.length)} more; --json has all of them\n` : ''
  const title = terminal.colors.bold('Drift')
  return `${title}: others overwrote ${counted(total, 'record')}; a sync writes a field again when its value changes\n\n${drawn}${more}`
}
