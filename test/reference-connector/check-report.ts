import type { CheckReport, Intent } from '../../src/contract/index.ts'
import type { Crm } from './crm.ts'

/** The mapping's owners who left, and whether leads can be made. */
export function checkReport(
  { ownersGone, leadsUnavailable }: Crm,
  { owners, leads = false }: Intent,
): CheckReport {
  const gone = owners.filter(id => ownersGone.has(id))
  const warnings = gone.map(id => ({ code: 'unknown_owner', message: `there is no active owner ${id}` }))
  const unavailable = { code: 'leads_unavailable', message: 'this account has no leads' }
  return {
    identity: 'reference',
    problems: [],
    warnings: [...warnings, ...(leads && leadsUnavailable ? [unavailable] : [])],
    ownersGone: gone,
  }
}
