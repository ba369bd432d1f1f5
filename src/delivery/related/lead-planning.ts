import type { Leads } from '../../config/mapping.ts'
import type { LeadCapability } from '../../contract/connector.ts'
import type { LeadCounts } from '../connector-report.ts'
import type { Beside } from './related.ts'

/** What planning leads goes by. */
export interface LeadPlanning {
  beside: Beside
  mapping: Leads
  leads: LeadCapability
  counts: LeadCounts
}
