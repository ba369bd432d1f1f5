import type { Plan, PlanLimits } from './portal/limiter.ts'

/** How a sandbox is to be. What is left out is as strict as a new HubSpot account. */
export interface HubSpotSandboxOptions {
  /** 0, the default, picks a free port. */
  port?: number
  token?: string
  /** The account's id. Sandboxes with different ones are different accounts. */
  portalId?: number
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
  /** Admins' rules, by object: properties that a record may not be without. */
  requiredProperties?: Readonly<Record<string, readonly string[]>>
  /** Admins' rules, by object: what a record may not be without when another property has this value. */
  conditionalProperties?: Readonly<Record<string, readonly ConditionalRule[]>>
  /**
   * What bad inputs do to a batch whose inputs carry trace ids. `whole`, the default: on update and upsert they fail
   * it, on create they answer each for themselves. `each`: they always do. `creates_too`: they always fail it.
   */
  batchErrors?: BatchErrors
  /** Whether the account makes a company of the domain of a new contact's email, and joins the two. */
  companiesOfContacts?: boolean
  now?: () => Date
}

export type BatchErrors = 'whole' | 'each' | 'creates_too'

export interface ConditionalRule {
  when: { property: string; value: string }
  required: readonly string[]
}

export interface Owner {
  id: string
  email: string
  firstName: string
  lastName: string
  archived: boolean
}

/** HubSpot's index is seconds behind. */
export const DEFAULT_SEARCH_LAG_MS = 2_000

export const DEFAULT_PORTAL_ID = 4_000_001

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
]
