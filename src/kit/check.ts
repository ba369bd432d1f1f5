import type { Capabilities } from '../contract/index.ts'
import type { Harness, Subject } from './harness.ts'
import type { Stage } from './stage.ts'

/** One promise of the contract, and how to find out whether a connector keeps it. */
export interface Check {
  id: string
  /** Reads as a sentence in a test report. */
  promise: string
  /** Whether it is asked for each object or once. */
  per: 'connector' | 'object'
  /** Follows from what the connector says it can do. */
  applies?(what: { capabilities: Capabilities; harness: Harness; subject: Subject }): boolean
  /** Tells of every breach by `stage.must`; what it throws is a breach as well. */
  run(stage: Stage): Promise<void>
}
