import type { Capabilities } from '../contract/connector.ts'
import type { Call, Session } from '../contract/session.ts'

/** An open connector, as delivery opens it: what telling a CRM needs of it. */
export interface CrmSession {
  /** Its name in the config. */
  name: string
  capabilities: Pick<Capabilities, 'notices'>
  session: Session
  /** Ends with the run's signal. */
  call: Call
  /** Of what is under way when the run is stopped: it is finished, so that it can be recorded. */
  finishing: Call
}
