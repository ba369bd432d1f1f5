import type { Bulk } from '../../contract/session.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import type { State } from '../../state/state.ts'
import type { CallCounts } from '../session/call.ts'
import type { ConnectorSession } from '../session/connector-session.ts'
import { jobGroups, mayGoByJob } from './send-jobs.ts'
import { isUrgent } from './urgent.ts'

/** What sending the planned changes would come to. */
export interface Estimate {
  calls: CallCounts
  created: number
  updated: number
  leads: { created: number; updated: number }
  contacts: { created: number; updated: number }
}

/** A job is opened, handed its changes and started; it is asked whether it is done, and for what went well and what did not. */
const CALLS_PER_JOB: CallCounts = { read: 3, write: 3 }

/** Prices the planned changes: a write for each batch, the calls of each job, and the reads of what may be filled. */
export async function estimateWrites(
  state: State,
  connector: ConnectorSession,
  runId: string,
): Promise<Estimate> {
  const { name, session } = connector
  const groups = await jobGroups({ connector, state, runId })
  const byJob = new Set(groups.map(({ object, creates, urgent }) => `${object} ${creates} ${urgent}`))
  const isByJob = (change: PlannedChange) =>
    byJob.has(`${change.object} ${change.remoteId === null} ${isUrgent(change)}`) &&
    mayGoByJob(connector, change)
  const sizes = new Map<string, { changes: number; asking: number }>()
  const actions = {
    account: { create: 0, update: 0, retire: 0 },
    lead: { create: 0, update: 0, retire: 0 },
    contact: { create: 0, update: 0, retire: 0 },
  }
  for await (const page of state.changes.planned(runId, name)) {
    for (const change of page) {
      const { object, remoteId, ifEmpty, action } = change
      actions[change.kind][action]++
      const kind = `${change.kind} ${object} ${remoteId === null}`
      const { changes, asking } = sizes.get(kind) ?? { changes: 0, asking: 0 }
      const asks = remoteId !== null && ifEmpty.length > 0
      sizes.set(kind, { changes: changes + Number(!isByJob(change)), asking: asking + Number(asks) })
    }
  }
  const batches = (changes: number) => Math.ceil(changes / session.limits.maxBatch)
  const jobs = sum(groups.map(({ changes }) => jobsFor(changes, session.bulk)))
  const kinds = [...sizes.values()]
  return {
    calls: {
      read: sum(kinds.map(({ asking }) => batches(asking))) + jobs * CALLS_PER_JOB.read,
      write: sum(kinds.map(({ changes }) => batches(changes))) + jobs * CALLS_PER_JOB.write,
    },
    ...madeAndUpdated(actions.account),
    leads: madeAndUpdated(actions.lead),
    contacts: madeAndUpdated(actions.contact),
  }
}

const madeAndUpdated = ({ create, update }: { create: number; update: number }) => ({
  created: create,
  updated: update,
})

const jobsFor = (changes: number, bulk: Bulk | undefined): number =>
  bulk === undefined ? 0 : Math.ceil(changes / bulk.maxChanges)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
