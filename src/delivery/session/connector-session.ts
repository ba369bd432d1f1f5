import type { Clock } from '../../clock.ts'
import type { Capabilities } from '../../contract/connector.ts'
import type { Call, Session } from '../../contract/session.ts'
import type { CallCounts } from './call.ts'
import type { CallLedger } from './call-ledger.ts'

/** One connector at work in one run: what every step of it needs. */
export interface ConnectorSession {
  /** Its name in the config. */
  name: string
  capabilities: Capabilities
  session: Session
  /** Ends with the run's signal. */
  call: Call
  /** Of a batch that is under way when the run is stopped: it is finished, so that it can be recorded. */
  finishing: Call
  counts: CallCounts
  clock: Clock
  /** Null where nobody counts: a look at the CRM outside of runs. */
  ledger: CallLedger | null
}
