import type { Mapping } from '../../config/mapping.ts'
import type { Failure, FailureKind } from '../../contract/records.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import type { State } from '../../state/state.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

export interface Delivery {
  connector: ConnectorSession
  state: State
  mapping: Mapping
  runId: string
  asOf: Date
  counts: DeliveryCounts
  progress: (done: number) => void
}

/**
 * An account whose record became another one, or on whose record the change of another account went so: what it holds is
 * not known, so all of it is to be written.
 */
export interface Moved {
  domain: string
  /** The change that was carried out there; null where it was not. */
  written: PlannedChange | null
}

/** What became of the changes of one connector in one run. */
export interface DeliveryCounts {
  created: number
  updated: number
  /** Creates that met a record with our key: it was there, and is linked now. */
  found: number
  cleared: number
  rejected: number
  /** Nothing was left to write: `if_empty` fields that are filled. */
  unneeded: number
  /** Tried and left for the next run: how many by kind, with the last failure of each. */
  waitingFor: Map<FailureKind, { changes: number; failure: Failure }>
  /** Domains whose record is gone. */
  gone: string[]
  /** Accounts whose record lives on as another one, which they are linked to now. */
  moved: Moved[]
  /** Why a job's results could not be asked for. */
  unanswered: string[]
}

export const noDeliveryCounts = (): DeliveryCounts => ({
  created: 0,
  updated: 0,
  found: 0,
  cleared: 0,
  rejected: 0,
  unneeded: 0,
  waitingFor: new Map(),
  gone: [],
  moved: [],
  unanswered: [],
})
