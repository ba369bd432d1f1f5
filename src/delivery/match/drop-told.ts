import type { Mapping } from '../../config/mapping.ts'
import type { FieldValue } from '../../contract/fields.ts'
import type { NoticeAbout, OutboxNotice } from '../../domain/notice.ts'
import { RISKS, STAGES } from '../../domain/stage.ts'
import { tellingLine, writtenFor } from '../../plan/fields/telling-line.ts'
import type { ConnectorReport } from '../connector-report.ts'
import type { ConnectorRun } from '../connector-run.ts'
import { recordsById } from '../read/records-by-id.ts'
import type { Matching } from './matching.ts'

const TOLD = 'its record held this stage already: it was told before the state was restored or lost'

/** The field of a record that tells a stage or risk, and what it holds for each. */
interface Witness {
  field: string
  written(option: string | null): FieldValue
}

/** What a record holds, and what the state says that it does; null where the record was only just met. */
interface Held {
  fields: Readonly<Record<string, FieldValue>>
  delivered: Readonly<Record<string, FieldValue>> | null
  /** It carries our key: whatever it holds of ours was written by us. */
  isOurs: boolean
}

/**
 * Drops notices of changes that the CRM already holds although the state says otherwise: the state is older than our last
 * write, as a restored backup is, and the change was told then. Of a change that is told anew the record is the only
 * witness, since its moment, and so its id, is another one. To be asked before anything is written; it reads the records
 * of accounts that moved, and nothing in a run in which nobody did. Once one record shows that the state is older, tasks
 * and notes are looked for before they are made.
 * @param asked accounts that were asked for before in this run; those that are now are added
 */
export async function dropTold(
  run: ConnectorRun,
  matching: Matching,
  report: ConnectorReport,
  asked: Set<string>,
): Promise<void> {
  const { state, connector, plan } = matching
  const witnesses = witnessesOf(plan.mapping)
  if (witnesses.size === 0) return
  let dropped = 0
  let isOlder = false
  for await (const all of state.notices.unattempted(connector.name, run.runId)) {
    const page = all.filter(({ domain }) => !asked.has(domain))
    const held = await heldBy(matching, page, [...witnesses.values()])
    for (const domain of held.keys()) asked.add(domain)
    const told = page.filter(({ about, domain, to }) => {
      const [witness, record] = [witnesses.get(about), held.get(domain)]
      if (witness === undefined || record === undefined) return false
      isOlder ||= showsOlderState(witness, record)
      return wasTold(witness, record, to)
    })
    const ids = told.map(({ id }) => id)
    await state.notices.dropThese(ids, TOLD, new Date(connector.clock.now()))
    dropped += ids.length
  }
  if (isOlder) await state.notices.markAllTried(connector.name)
  if (dropped === 0) return
  run.outbox.dropped += dropped
  report.problems.push(
    `${dropped} ${dropped === 1 ? 'notice was' : 'notices were'} not sent, because the records held the new stage already: ` +
      'they were told before the state was restored or lost. See: oql notices --status dropped',
  )
}

function witnessesOf({ fields }: Mapping): ReadonlyMap<NoticeAbout, Witness> {
  const lines = [
    ['stage', tellingLine(fields, 'stage', STAGES)],
    ['risk', tellingLine(fields, 'risk', RISKS)],
  ] as const
  return new Map(
    lines.flatMap(([about, line]): [NoticeAbout, Witness][] =>
      line === undefined
        ? []
        : [
            [
              about,
              { field: line.to, written: option => (option === null ? null : writtenFor(line, option)) },
            ],
          ],
    ),
  )
}

/** By domain, for accounts whose record speaks for them alone or first. */
async function heldBy(
  { connector, state }: Matching,
  notices: readonly OutboxNotice[],
  witnesses: readonly Witness[],
): Promise<ReadonlyMap<string, Held>> {
  const domains = [...new Set(notices.map(({ domain }) => domain))]
  const links = await state.links.get(connector.name, domains)
  // Of accounts that share a record only the one that speaks has values.
  const delivered = await state.delivered.get(connector.name, domains)
  const held = new Map<string, Held>()
  const toRead = []
  for (const link of links.values()) {
    const values = delivered.get(link.domain)
    if (values === undefined) continue
    // Read when it was matched, and never written.
    if (values.asOf === null)
      held.set(link.domain, { fields: values.fields, delivered: null, isOurs: link.by === 'key' })
    else toRead.push({ ...link, delivered: values.fields })
  }
  const fields = witnesses.map(({ field }) => field)
  for (const [object, some] of Map.groupBy(toRead, link => link.object)) {
    const ids = some.map(({ remoteId }) => remoteId)
    const records = await recordsById(connector, object, ids, fields)
    for (const link of some) {
      const record = records.get(link.remoteId)
      if (record === undefined) continue
      held.set(link.domain, { fields: record.fields, delivered: link.delivered, isOurs: true })
    }
  }
  return held
}

function showsOlderState({ field }: Witness, { fields, delivered, isOurs }: Held): boolean {
  const now = fields[field] ?? null
  return delivered === null ? isOurs && now !== null : now !== (delivered[field] ?? null)
}

function wasTold({ field, written }: Witness, { fields, delivered }: Held, to: string | null): boolean {
  const now = fields[field] ?? null
  if (now !== written(to)) return false
  // A field that is empty in a record that was just met says that nobody wrote there, not that a risk is over.
  return delivered === null ? now !== null : now !== (delivered[field] ?? null)
}
