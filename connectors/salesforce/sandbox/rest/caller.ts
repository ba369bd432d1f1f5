import type { SandboxUser } from '../options.ts'

/** Who writes, and what the headers say. */
export interface Caller {
  user: SandboxUser
  /** Unless `Sforce-Auto-Assign: FALSE`. */
  autoAssign: boolean
  /** `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  allowDuplicates: boolean
}
