import type { ConnectorReport } from '../delivery/connector-report.ts'

/** What the connectors of one run came to. */
export interface ConnectorParts {
  connectors: Readonly<Record<string, ConnectorReport>>
  /** Those whose plan was not made: of their accounts nobody knows what is left to be written or cleared. */
  unplanned: ReadonlySet<string>
  /** Those that put off records which are to be made, for want of calls. */
  puttingOff: ReadonlySet<string>
}
