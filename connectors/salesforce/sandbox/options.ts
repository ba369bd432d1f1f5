import type { FlatFields } from './org/stored-record.ts'

/** How a sandbox is to be. What is left out is as strict as a new Enterprise org. */
export interface SalesforceSandboxOptions {
  /** 0, the default, picks a free port. */
  port?: number
  /** The org's id. Sandboxes with different ones are different orgs. */
  orgId?: string
  clientId?: string
  clientSecret?: string
  refreshToken?: string
  /** PEM of the key that JWT bearer assertions are signed for; without one they are refused. */
  publicKey?: string
  users?: readonly SandboxUser[]
  queues?: readonly SandboxQueue[]
  /** Username that client credentials and the refresh token run as. */
  runAs?: string
  tokenLifetimeMs?: number
  /** Calls of any 24 hours. */
  dailyCalls?: number
  /** Platform events of any hour. */
  hourlyEvents?: number
  /** No limits and jobs that are done at the first poll. */
  unlimited?: boolean
  /** Polls that see an ingest job unfinished. */
  jobPolls?: number
  /** Time by the sandbox's clock that an ingest job takes besides. */
  jobMs?: number
  /** Accounts that are there from the beginning, unless `file` has records. */
  accounts?: readonly FlatFields[]
  /** SQLite file that keeps the records; in memory only when left out. */
  file?: string
  /** The newest API version that the org has: 68 where it is left out. */
  newestVersion?: number
  /** Whether the org has Person Accounts. */
  personAccounts?: boolean
  /** Whom the active assignment rule gives records to, by object; `{}` for an org without one. */
  assignmentRules?: Readonly<Record<string, string>>
  duplicateRules?: readonly DuplicateRule[]
  /** Whether Activity takes unique and external id fields: not known of real orgs. */
  activityKeys?: boolean
  now?: () => Date
}

export interface SandboxUser {
  id: string
  username: string
  name: string
  email: string
  active: boolean
  /** A minimum-access profile: sees no objects and no fields but the required ones until permission sets open them. */
  minimal: boolean
  /** Modify All Data: may use the Metadata API and assign permission sets. */
  admin: boolean
}

/** Leads and tasks may belong to a queue. */
export interface SandboxQueue {
  id: string
  name: string
}

/** Records are duplicates when all `fields` are equal, without regard to case. */
export interface DuplicateRule {
  object: string
  fields: readonly string[]
  /** `alert` lets a caller pass who says so in `Sforce-Duplicate-Rule-Header`. */
  action: 'alert' | 'block'
}

export const DEFAULT_ORG_ID = '00D5g00000SbxOrEAJ'

/** Not secrets: nothing but a sandbox takes them. */
export const DEFAULT_CLIENT_ID = '3MVG9sandbox.client'
export const DEFAULT_CLIENT_SECRET = 'sandbox-client-secret'
export const DEFAULT_REFRESH_TOKEN = '5Aep861sandbox.refresh'

/** Two hours: the session timeout of a new org. */
export const DEFAULT_TOKEN_LIFETIME_MS = 7_200_000
/** Enterprise without licences. */
export const DEFAULT_DAILY_CALLS = 100_000
export const DEFAULT_HOURLY_EVENTS = 50_000
export const DEFAULT_JOB_POLLS = 2

export const DEFAULT_USERS: readonly SandboxUser[] = [
  user('0055g00000Int01', 'integration@sandbox.example', 'Integration User', { admin: true }),
  user('0055g00000Min01', 'minimal@sandbox.example', 'Minimum Access', { minimal: true }),
  user('0055g00000Ada01', 'ada@sandbox.example', 'Ada Byron', {}),
  user('0055g00000Grc01', 'grace@sandbox.example', 'Grace Hopper', {}),
  user('0055g00000Lft01', 'left@sandbox.example', 'Who Left', { active: false }),
  user('0055g00000Rul01', 'rule@sandbox.example', 'Assignment Rule', {}),
]

export const DEFAULT_QUEUES: readonly SandboxQueue[] = [{ id: '00G5g00000Que01', name: 'Inbound' }]

export const DEFAULT_RUN_AS = 'integration@sandbox.example'

/** On, because the header that turns it off is easily forgotten. */
export const DEFAULT_ASSIGNMENT_RULES: Readonly<Record<string, string>> = {
  Account: 'rule@sandbox.example',
  Lead: 'rule@sandbox.example',
}

function user(id: string, username: string, name: string, more: Partial<SandboxUser>): SandboxUser {
  return { id, username, name, email: username, active: true, admin: false, minimal: false, ...more }
}
