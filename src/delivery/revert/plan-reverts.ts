import type { Mapping } from '../../config/mapping.ts'
import type { RemoteRecord } from '../../contract/records.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { type FieldLeftAlone, planRevert, type RevertPlan } from '../../plan/account/plan-revert.ts'
import type { RunChange } from '../../state/changes.ts'
import type { State } from '../../state/state.ts'
import { describing, readsOf, recordsById } from '../read/records-by-id.ts'
import type { ConnectorSession } from '../session/connector-session.ts'
import { type TakenBack, takeBack } from './take-back.ts'

/** A record of which something stays as people, or a later run, made it. */
export interface RecordLeftAlone {
  connector: string
  domain: string
  remoteId: string
  fields: Record<string, Omit<FieldLeftAlone, 'field'>>
}

/** So many are named; the rest is only counted, so that memory does not grow with them. */
const LEFT_ALONE_NAMED = 1_000

/** What planning a revert found. */
export interface RevertFindings {
  planned: number
  /** Records that hold already what they held before the run. */
  unchanged: number
  /** Records that are left alone whole. */
  skipped: number
  /** Records and fields of them that are left alone. */
  leftAlone: { records: number; fields: number; named: RecordLeftAlone[] }
  /** Records that are no more, or that became one of another object. */
  gone: string[]
}

export const noRevertFindings = (): RevertFindings => ({
  planned: 0,
  unchanged: 0,
  skipped: 0,
  leftAlone: { records: 0, fields: 0, named: [] },
  gone: [],
})

export interface RevertPlanning {
  connector: ConnectorSession
  state: State
  mapping: Mapping
  /** The run that is to be undone. */
  of: string
  /** The run that undoes it. */
  runId: string
  findings: RevertFindings
}

/** Reads the records that a run wrote, and keeps in the state what puts their fields back, for delivery. */
export async function planReverts(planning: RevertPlanning): Promise<void> {
  const { connector, state, mapping, of } = planning
  const described = describing(connector)
  for await (const rows of readsOf(writtenBy(state, of, connector.name))) {
    const [first] = rows
    if (first === undefined) continue
    const { object } = first
    const fields = await described(object)
    const asked = [...new Set(rows.flatMap(row => Object.keys(row.fields)))].filter(name => fields.has(name))
    const ids = rows.map(({ remoteId }) => remoteId)
    const records = await recordsById(connector, object, ids, asked)
    const { capabilities } = connector
    await planRead(planning, { runId: of, mapping, capabilities, fields }, rows, records)
  }
}

type Written = RunChange & { remoteId: string }

/** The changes of a run that the CRM took. */
async function* writtenBy(state: State, runId: string, connector: string): AsyncGenerator<Written> {
  for await (const row of state.changes.list(runId, connector)) {
    const { remoteId, status } = row
    if (remoteId !== null && (status === 'written' || status === 'created')) yield { ...row, remoteId }
  }
}

async function planRead(
  { connector, state, runId, findings }: RevertPlanning,
  plan: RevertPlan,
  rows: readonly Written[],
  records: ReadonlyMap<string, RemoteRecord>,
): Promise<void> {
  const changes: PlannedChange[] = []
  const back: TakenBack[] = []
  for (const row of rows) {
    const record = records.get(row.remoteId)
    // A lead that became an account has other fields.
    if (record === undefined || (record.object ?? row.object) !== row.object) {
      findings.gone.push(row.domain)
      continue
    }
    const reverted = planRevert(plan, row, record)
    if (reverted.change !== null) changes.push(reverted.change)
    if (Object.keys(reverted.back).length > 0) back.push({ ...place(row, record), fields: reverted.back })
    note(findings, row, reverted.leftAlone, reverted.change !== null)
  }
  await followMerges(state, connector.name, rows, records)
  // An earlier attempt may have died between the CRM's yes and its record.
  await takeBack(state, connector, back)
  await state.changes.plan(runId, changes)
}

const place = ({ kind, key, object, domain }: Written, { remoteId }: RemoteRecord) => ({
  kind,
  key,
  object,
  domain,
  remoteId,
})

function note(
  findings: RevertFindings,
  { connector, domain, remoteId }: Written,
  leftAlone: readonly FieldLeftAlone[],
  isPlanned: boolean,
): void {
  if (isPlanned) findings.planned++
  else if (leftAlone.length > 0) findings.skipped++
  else findings.unchanged++
  if (leftAlone.length === 0) return
  const { named } = findings.leftAlone
  findings.leftAlone.records++
  findings.leftAlone.fields += leftAlone.length
  if (named.length >= LEFT_ALONE_NAMED) return
  const fields = Object.fromEntries(leftAlone.map(({ field, ...values }) => [field, values]))
  named.push({ connector, domain, remoteId, fields })
}

/** Links follow a record that was merged into another, as they do when a sync writes it. */
async function followMerges(
  state: State,
  connector: string,
  rows: readonly Written[],
  records: ReadonlyMap<string, RemoteRecord>,
): Promise<void> {
  const moved = new Map(
    rows.flatMap(({ kind, domain, remoteId }) => {
      if (kind !== 'account') return []
      const now = records.get(remoteId)?.remoteId
      return now === undefined || now === remoteId ? [] : [[domain, { before: remoteId, now }] as const]
    }),
  )
  if (moved.size === 0) return
  const links = await state.links.get(connector, [...moved.keys()])
  await state.links.put(
    [...links.values()].flatMap(link => {
      const move = moved.get(link.domain)
      return move?.before === link.remoteId ? [{ ...link, remoteId: move.now }] : []
    }),
  )
}
