import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import type { Model } from '../config/model.ts'
import type { HeldLease } from '../state/lease/held-lease.ts'

/** What every run needs from outside. */
export interface RunSurroundings {
  config: Config
  model: Model
  asOf: Date
  clock: Clock
  log: Logger
  /** Aborted when the run is to stop: what is under way is finished and recorded, the rest waits. */
  signal: AbortSignal
  /** Of a run that holds the lease; see `HeldLease`. */
  assertHeld?: () => Promise<void>
  /** Hears of the lease that a run holds: who breaks it off by ending the process gives it back. */
  onHeld?: (lease: Pick<HeldLease, 'release'>) => void
  /** Of a run that is known by its id before it begins; one of its own otherwise. */
  runId?: string
  progress: (what: string, done: number, of: number | null) => void
}
