export type {
  Capabilities,
  ConnectorV1,
  ContactCapability,
  LeadCapability,
  NoticeCapability,
  Sandbox,
  SandboxOptions,
  Tools,
} from './connector.ts'
export { type Fault, RequestFailed, SessionFault } from './faults.ts'
export type { Field, FieldSpec, Fields, FieldType, FieldValue, SchemaStep } from './fields.ts'
export type { Company, RemoteContact, RemoteLead } from './leads.ts'
export { NOTICE_TYPES, type Notice, type NoticeType } from './notices.ts'
export type { Change, Failure, FailureKind, Query, RemoteRecord, Result } from './records.ts'
export type {
  Bulk,
  Call,
  CheckProblem,
  CheckReport,
  CrmAccount,
  Intent,
  Limits,
  Rate,
  Session,
  Ticket,
} from './session.ts'
