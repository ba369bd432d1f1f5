import type { Call, ConnectorV1, Fields, Query, RemoteRecord, Session, Tools } from '../contract/index.ts'
import type { Crm, Harness, SeenRecord, Subject } from './harness.ts'
import type { Hook } from './hook.ts'
import type { Relay } from './relay.ts'

/** A CRM, a relay and a connector, set up for one check and taken down after it. */
export interface Stage {
  connector: AnyConnector
  harness: Harness
  subject: Subject
  crm: Crm
  relay: Relay
  /** Lines that the connector logged, at any level. */
  log: readonly string[]
  /** What the connector told to be a secret of its sessions. */
  told: ReadonlySet<string>
  /** What the promise was broken by. */
  failures: readonly string[]
  /** What every session of the stage gets. */
  tools: Tools
  must(isKept: boolean, otherwise: string): void
  /** The config as a person writes it, with the relay in the CRM's place. */
  config(): Readonly<Record<string, unknown>>
  /** A session by this config, or by the harness's. */
  open(config?: unknown): Promise<Session>
  /** A session whose CRM has our fields on the subject, and which has asked all that it asks once. */
  ready(): Promise<Session>
  hook(): Hook
  /** A name that no other call gives. */
  domain(): string
  insert(...records: Fields[]): Promise<string[]>
  records(): Promise<SeenRecord[]>
  read(session: Session, query: Query, fields?: readonly string[], call?: Call): Promise<RemoteRecord[]>
}

// The kit parses with the connector's own schema and hands the result back: it never looks inside.
export type AnyConnector = ConnectorV1<unknown>
