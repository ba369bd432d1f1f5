import type { Plan, PlanLimits } from './limiter.ts'

/** How a sandbox is to be. What is left out is as strict as a new HubSpot account. */
export interface HubSpotSandboxOptions {
  /** 0, the default, picks a free port. */
  port?: number
  token?: string
  /** All that the sandbox knows of by default. */
  scopes?: readonly string[]
  /** A service key does not tell its scopes. */
  tokenKind?: 'private_app' | 'service_key'
  plan?: Plan
  /** Other numbers than the plan's. */
  limits?: Partial<PlanLimits>
  /** No rate limits and no search lag. */
  unlimited?: boolean
  /** How long the search index lags writes. */
  searchLagMs?: number
  /** Companies that are there from the beginning, unless `file` has records. */
  companies?: readonly Readonly<Record<string, string>>[]
  /** SQLite file that keeps the records; in memory only when left out. */
  file?: string
  /** Whether the account has Sales Hub Professional; without it there are no leads. */
  salesHub?: boolean
  /** IANA name; UTC when left out. */
  timeZone?: string
  owners?: readonly Owner[]
  /** Admin validation rules: properties that a record may not be without, by object. */
  requiredProperties?: Readonly<Record<string, readonly string[]>>
  /**
   * How a batch tells of bad inputs that carry trace ids: with a 207, inside a 200 (version 2026-09), or, as it may
   * be on companies, by failing the whole batch all the same.
   */
  batchErrors?: BatchErrors
  now?: () => Date
}

export type BatchErrors = 'status_207' | 'status_200' | 'fail_whole'

export interface Owner {
  id: string
  email: string
  firstName: string
  lastName: string
  archived: boolean
}

/** HubSpot's index is seconds behind. */
export const DEFAULT_SEARCH_LAG_MS = 2_000

/** Not a secret: nothing but a sandbox takes it. */
export const DEFAULT_TOKEN = 'pat-na1-sandbox-0000-0000'

export const DEFAULT_OWNERS: readonly Owner[] = [
  { id: '12345', email: 'ada@example.com', firstName: 'Ada', lastName: 'Byron', archived: false },
  { id: '67890', email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper', archived: false },
  { id: '11111', email: 'left@example.com', firstName: 'Who', lastName: 'Left', archived: true },
]

export const ALL_SCOPES: readonly string[] = [
  'crm.objects.companies.read',
  'crm.objects.companies.write',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.leads.read',
  'crm.objects.leads.write',
  'crm.objects.owners.read',
  'crm.schemas.companies.read',
  'crm.schemas.companies.write',
  'crm.schemas.contacts.read',
  'crm.schemas.contacts.write',
  'crm.schemas.leads.read',
  'crm.schemas.leads.write',
]
