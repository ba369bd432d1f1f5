import type { Run } from '../state/runs.ts'

/** What the schedule asks of a run that the state remembers. */
export type LastRun = Pick<Run, 'startedAt' | 'finishedAt' | 'status'>

/**
 * Whether a due time needs no run any more: one began at it or later, here or in another replica, or was at work then,
 * however it ended. A run that never ended covers nothing: its process may be gone. Whether it is, the lease tells.
 */
export function isCovered(due: number, last: LastRun | null): boolean {
  if (last === null || last.status === 'running') return false
  return (last.finishedAt ?? last.startedAt).getTime() >= due
}
