import type { Result } from '../../contract/records.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'

/** A change and the CRM's last word on it. */
export interface Settled {
  change: PlannedChange
  result: Result
}
