import { RequestFailed, SessionFault } from '../../contract/faults.ts'
import { UserError } from '../../domain/errors.ts'
import { inWords } from '../connector-report.ts'
import type { ConnectorRun } from '../connector-run.ts'
import { CrmUnavailable } from './crm-unavailable.ts'

/** What ended a connector's part of a run, for people. What nobody foresaw is logged whole. */
export function problemOf(
  error: unknown,
  { entry, log, signal }: Pick<ConnectorRun, 'entry' | 'log' | 'signal'>,
): string {
  if (signal.aborted) return `${entry.name}: stopped; the next run goes on from here`
  if (error instanceof SessionFault && error.fault === 'quota') {
    return `${entry.name}: ${error.message.replace(/\.$/, '')}. What is left waits for the next run`
  }
  if (error instanceof SessionFault || error instanceof RequestFailed || error instanceof CrmUnavailable)
    return `${entry.name}: ${error.message}`
  if (error instanceof UserError) return inWords(error)
  log.error({ err: error, connector: entry.name }, 'the connector failed')
  return `${entry.name}: ${error instanceof Error ? error.message : String(error)}`
}
