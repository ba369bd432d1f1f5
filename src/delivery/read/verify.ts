import type { ConnectorEntry } from '../../config/config.ts'
import type { Link } from '../../domain/link.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { fieldsWrittenAlways, planDrift } from '../../plan/account/plan-drift.ts'
import type { State } from '../../state/state.ts'
import type { ConnectorReport } from '../connector-report.ts'
import type { ConnectorSession } from '../session/connector-session.ts'
import { knownAccount } from '../session/known-account.ts'
import { openConnector, type Surroundings } from '../session/open-connector.ts'
import { problemOf } from '../session/problem-of.ts'
import { describing, readsOf, recordsById } from './records-by-id.ts'

/** What one connector's part of a verification goes by. */
export interface Verification extends Surroundings {
  entry: ConnectorEntry
  /** A copy: what drifted is kept there, under a run of its own. */
  state: State
  runId: string
  progress: (what: string, done: number, of: number | null) => void
}

/** Records that are not what their links say. */
interface Lost {
  gone: { count: number; named: string[] }
  became: { count: number; named: string[] }
}

/**
 * Reads every linked record and keeps as changes of the run what others overwrote of that which was last delivered.
 * What goes wrong, and which records are gone, ends in the report, with the calls.
 */
export async function verifyConnector(verification: Verification, report: ConnectorReport): Promise<void> {
  const lost: Lost = { gone: { count: 0, named: [] }, became: { count: 0, named: [] } }
  let connector: ConnectorSession | null = null
  try {
    connector = await openConnector(verification.entry, verification)
    await knownAccount(connector, verification.state)
    await readAll(verification, connector, lost)
  } catch (error) {
    report.problems.push(`not all records were verified: ${problemOf(error, verification)}`)
    if (report.status === 'ok') report.status = 'partial'
  }
  const { gone, became } = lost
  if (gone.count > 0) report.problems.push(`${gone.count} linked records are gone: ${inWords(gone)}`)
  if (became.count > 0) {
    report.problems.push(`${became.count} linked records became one of another object: ${inWords(became)}`)
  }
  if (connector === null) return
  report.calls = { ...report.calls, read: report.calls.read + connector.counts.read }
  await close(verification, connector)
}

async function readAll(
  { entry, state, runId, progress }: Verification,
  connector: ConnectorSession,
  lost: Lost,
): Promise<void> {
  const always = fieldsWrittenAlways(entry.mapping)
  const described = describing(connector)
  const total = await state.links.count(entry.name)
  let done = 0
  for await (const links of readsOf(state.links.list(entry.name))) {
    const [first] = links
    if (first === undefined) continue
    const { object } = first
    const fields = await described(object)
    const asked = always.filter(name => fields.has(name))
    const ids = links.map(({ remoteId }) => remoteId)
    const records = await recordsById(connector, object, ids, asked)
    const domains = links.map(({ domain }) => domain)
    const delivered = await state.delivered.get(entry.name, domains)
    const drifted: PlannedChange[] = []
    for (const link of links) {
      const record = records.get(link.remoteId)
      const ours = delivered.get(link.domain)
      if (record === undefined) note(lost.gone, link)
      else if ((record.object ?? object) !== object) note(lost.became, link)
      // Of accounts that share a record the one that speaks for it has what was delivered.
      else if (ours !== undefined && ours.object === object) {
        const change = planDrift(always, fields, link, ours, record.fields)
        if (change !== null) drifted.push(change)
      }
    }
    await state.changes.plan(runId, drifted)
    done += links.length
    progress('records verified', done, total)
  }
}

/** So many accounts tell people where to look. */
const NAMED = 10

function note(some: Lost['gone'], { domain }: Link): void {
  some.count++
  if (some.named.length < NAMED) some.named.push(domain)
}

const inWords = ({ count, named }: Lost['gone']): string =>
  count > named.length ? `${named.join(', ')} and ${count - named.length} more` : named.join(', ')

async function close({ entry, log }: Verification, { session }: ConnectorSession): Promise<void> {
  try {
    await session.close()
  } catch (error) {
    log.warn({ err: error, connector: entry.name }, 'the connector could not be closed')
  }
}
