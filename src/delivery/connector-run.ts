import type { ConnectorEntry } from '../config/config.ts'
import type { Model } from '../config/model.ts'
import type { Normalise } from '../plan/match/match.ts'
import type { NoticeRules } from '../plan/notices/make-notices.ts'
import type { Segments } from '../plan/values/condition-values.ts'
import type { State } from '../state/state.ts'
import type { Surroundings } from './session/open-connector.ts'

/** What one connector's part of a run goes by. */
export interface ConnectorRun extends Surroundings {
  entry: ConnectorEntry
  state: State
  runId: string
  asOf: Date
  model: Model
  segments: Segments
  consoleUrl: string | null
  normalise: Normalise
  /** Domains that fold into an account, its own first. */
  domainsOf(account: string): readonly string[]
  /** Account → domains that fold into it, as the config has them. */
  aliases: Readonly<Record<string, readonly string[]>>
  /** What notices are made by, and how many of them the connectors of this run dropped. */
  outbox: { rules: NoticeRules; dropped: number }
  /** False: everything up to the writing. */
  deliver: boolean
  progress: (what: string, done: number, of: number | null) => void
}
