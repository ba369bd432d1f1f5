import { RequestFailed, SessionFault } from '../../../src/contract/index.ts'

/** Whether HubSpot said no to this request alone: a lacking scope, or a path that it does not give to us. */
export function isRefused(error: unknown): error is RequestFailed | SessionFault {
  if (error instanceof SessionFault) return error.fault === 'config'
  return (
    error instanceof RequestFailed &&
    ['invalid', 'gone', 'forbidden', 'duplicate'].includes(error.failure.kind)
  )
}
