import { SessionFault } from '../../../../src/contract/index.ts'
import type { JobPace } from '../bulk/ingest-routes.ts'
import type { Credentials } from '../oauth/oauth-routes.ts'
import {
  DEFAULT_ASSIGNMENT_RULES,
  DEFAULT_CLIENT_ID,
  DEFAULT_CLIENT_SECRET,
  DEFAULT_DAILY_CALLS,
  DEFAULT_HOURLY_EVENTS,
  DEFAULT_JOB_POLLS,
  DEFAULT_ORG_ID,
  DEFAULT_QUEUES,
  DEFAULT_REFRESH_TOKEN,
  DEFAULT_RUN_AS,
  DEFAULT_TOKEN_LIFETIME_MS,
  DEFAULT_USERS,
  type SalesforceSandboxOptions,
  type SandboxUser,
} from '../options.ts'
import { parseId } from '../org/id.ts'
import type { OrgSettings } from '../org/org.ts'
import { LAST_VERSION } from '../rest/request-parts.ts'

/** So many that nobody meets them; the headers still tell. */
const UNLIMITED = 1_000_000_000

export function settingsOf(options: SalesforceSandboxOptions): OrgSettings {
  const users = (options.users ?? DEFAULT_USERS).map(user => ({ ...user, id: userId(user) }))
  const rules = Object.entries(options.assignmentRules ?? DEFAULT_ASSIGNMENT_RULES)
  return {
    id: idOf(options.orgId ?? DEFAULT_ORG_ID, 'organisation'),
    personAccounts: options.personAccounts ?? false,
    newestVersion: options.newestVersion ?? LAST_VERSION,
    assignmentRules: Object.fromEntries(rules.map(([object, name]) => [object, userNamed(users, name).id])),
    duplicateRules: options.duplicateRules ?? [],
    activityKeys: options.activityKeys ?? false,
    hourlyEvents: options.unlimited === true ? UNLIMITED : (options.hourlyEvents ?? DEFAULT_HOURLY_EVENTS),
    users,
    queues: (options.queues ?? DEFAULT_QUEUES).map(queue => ({ ...queue, id: idOf(queue.id, queue.name) })),
  }
}

export function callsOf({ unlimited, dailyCalls }: SalesforceSandboxOptions): number {
  return unlimited === true ? UNLIMITED : (dailyCalls ?? DEFAULT_DAILY_CALLS)
}

export function lifetimeOf({ tokenLifetimeMs }: SalesforceSandboxOptions): number {
  return tokenLifetimeMs ?? DEFAULT_TOKEN_LIFETIME_MS
}

export function paceOf({ unlimited, jobPolls, jobMs }: SalesforceSandboxOptions): JobPace {
  return { polls: jobPolls ?? (unlimited === true ? 0 : DEFAULT_JOB_POLLS), ms: jobMs ?? 0 }
}

export function credentialsOf(options: SalesforceSandboxOptions): Credentials {
  return {
    clientId: options.clientId ?? DEFAULT_CLIENT_ID,
    clientSecret: options.clientSecret ?? DEFAULT_CLIENT_SECRET,
    refreshToken: options.refreshToken ?? DEFAULT_REFRESH_TOKEN,
    publicKey: options.publicKey,
    runAs: options.runAs ?? DEFAULT_RUN_AS,
  }
}

const userId = ({ id, username }: SandboxUser): string => idOf(id, username)

function idOf(id: string, name: string): string {
  const parsed = parseId(id)
  if (parsed === undefined) throw new SessionFault('config', `the id of the sandbox's ${name} is none: ${id}`)
  return parsed
}

/** A rule may only name a user that there is. */
function userNamed(users: readonly SandboxUser[], username: string): SandboxUser {
  const user = users.find(one => one.username === username)
  if (user === undefined) throw new Error(`the sandbox has no user ${username}`)
  return user
}
