import type { Kysely } from 'kysely'
import type { LinkedBy } from '../../domain/link.ts'
import type { NoticeAbout, NoticeStatus } from '../../domain/notice.ts'
import type { Action, ChangeKind, Priority } from '../../domain/planned-change.ts'
import type { RelatedKind, RelatedStatus } from '../../domain/related-record.ts'
import type { Direction, Risk, Stage, Trend } from '../../domain/stage.ts'

/** The rows as they are kept (see `codec.ts`), in camelCase: a plugin turns names into snake_case and back. */
export interface Tables {
  /** One row for each migration that was applied. */
  schemaVersion: { version: number }
  runs: RunRow
  accounts: AccountRow
  stageChanges: StageChangeRow
  riskChanges: RiskChangeRow
  links: LinkRow
  ambiguities: { connector: string; domain: string; candidates: string; checkedAt: number }
  absences: { connector: string; domain: string; checkedAt: number; runId: string | null }
  ignored: { connector: string; domain: string }
  lostLinks: { connector: string; domain: string; lostAt: number; checkedAt: number }
  candidates: { connector: string; domain: string; remoteId: string; record: string }
  connectors: ConnectorRow
  delivered: { connector: string; domain: string; object: string; fields: string; asOf: number | null }
  changes: ChangeRow
  tickets: TicketRow
  rejections: RejectionRow
  people: PersonRow
  relatedRecords: RelatedRecordRow
  notices: NoticeRow
}

export type Database = Kysely<Tables>

export type RunStatus = 'running' | 'ok' | 'partial' | 'failed'
export type ChangeStatus = 'planned' | 'written' | 'created' | 'failed' | 'skipped'
export type RejectionStatus = 'open' | 'retry' | 'dismissed'

export interface RunRow {
  id: string
  startedAt: number
  finishedAt: number | null
  asOf: number
  modelName: string
  modelHash: string
  status: RunStatus
  remembered: number
  report: string | null
  counted: string | null
}

export interface AccountRow {
  domain: string
  name: string | null
  country: string | null
  industry: string | null
  size: string | null
  firstSeen: number
  lastSeen: number
  points: number
  score: number
  signals30: number
  facts: string
  topArtifacts: string
  calledStage: Stage
  stage: Stage
  stageSince: number
  lowerSince: number | null
  previousStage: Stage | null
  stageDirection: Direction
  direction: Direction | null
  risk: Risk | null
  riskLowerSince: number | null
  reason: string
  trend: Trend | null
  runId: string
  retired: string | null
}

export interface StageChangeRow {
  domain: string
  at: number
  runId: string
  fromStage: Stage | null
  toStage: Stage
  direction: Direction
  reason: string
}

export interface RiskChangeRow {
  domain: string
  at: number
  runId: string
  fromRisk: Risk | null
  toRisk: Risk | null
  reason: string
}

export interface LinkRow {
  connector: string
  domain: string
  object: string
  remoteId: string
  linkedBy: LinkedBy
  stamped: number
}

interface ConnectorRow {
  connector: string
  seenUntil: number | null
  firstRunDone: number
  matching: string | null
  callsByDay: string
  quota: string | null
  account: string | null
}

interface TicketRow {
  connector: string
  id: string
  runId: string
  object: string
  creates: number
  openedAt: number
}

export interface ChangeRow {
  runId: string
  connector: string
  kind: ChangeKind
  object: string
  key: string
  domain: string
  remoteId: string | null
  action: Action
  fields: string
  ifEmpty: string
  associate: string
  why: string
  priority: Priority
  status: ChangeStatus
  failure: string | null
  /** The job that it went into. */
  ticket: string | null
}

export interface RejectionRow {
  key: string
  connector: string
  domain: string
  reason: string
  code: string | null
  field: string | null
  trace: string | null
  fieldsHash: string
  since: number
  attempts: number
  status: RejectionStatus
}

export interface PersonRow {
  domain: string
  email: string
  kinds: string
  firstSeen: number
  lastSeen: number
  signals: number
}

export interface RelatedRecordRow {
  connector: string
  kind: RelatedKind
  key: string
  domain: string
  object: string
  remoteId: string
  status: RelatedStatus
  fields: string
  asOf: number | null
  madeAt: number | null
  closedAt: number | null
}

export interface NoticeRow {
  id: string
  channel: string
  connector: string | null
  about: NoticeAbout
  domain: string
  at: number
  runId: string
  fromValue: string | null
  toValue: string | null
  direction: Direction | null
  content: string
  status: NoticeStatus
  due: number
  tried: number
  attempts: number
  nextAttemptAt: number | null
  error: string | null
  since: number
  settledAt: number | null
}
