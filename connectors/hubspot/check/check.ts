import type { Call, CheckProblem, CheckReport, CrmAccount, Intent } from '../../../src/contract/index.ts'
import type { Account } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { capabilities } from '../objects.ts'
import { activeOwners } from '../read/owners.ts'
import type { Portal } from '../read/portal.ts'
import { checkLeads, checkScopes, type Findings, grantedScopes, refusalOf } from './scopes.ts'

/** Who we are, and what keeps `intent` from working that `describe` can't tell: scopes, plan and owners. Reads only. */
export async function check(
  client: Client,
  portal: Portal,
  intent: Intent,
  call: Call,
): Promise<CheckReport> {
  const identity = await identify(portal, call)
  const rights = await checkRights(client, intent, call)
  const owners = await checkOwners(client, intent, call)
  return {
    identity,
    problems: distinct([...rights.problems, ...owners.problems]),
    warnings: [...rights.warnings, ...owners.ownersGone.map(unknownOwner)],
    ownersGone: owners.ownersGone,
  }
}

async function identify(portal: Portal, call: Call): Promise<string> {
  const account = await portal.account(call)
  if (account instanceof Error) return `HubSpot account (it does not say which: ${account.message})`
  const more = [account.accountType, account.uiDomain].filter(part => part !== undefined).join(', ')
  return `${nameOf(account)}${more === '' ? '' : ` (${more})`}`
}

/** Which account this is. */
export async function accountOf(portal: Portal, call: Call): Promise<CrmAccount | null> {
  const account = await portal.account(call)
  return account instanceof Error ? null : { id: account.portalId, name: nameOf(account) }
}

const nameOf = ({ portalId }: Account): string => `HubSpot account ${portalId}`

async function checkRights(client: Client, intent: Intent, call: Call): Promise<Findings> {
  if (capabilities.key[intent.object] === undefined) {
    return { problems: [unknownObject(intent.object)], warnings: [] }
  }
  const granted = await grantedScopes(client, call)
  const { problems, warnings } = await checkScopes(client, intent, granted, call)
  const leads = intent.leads === true ? await checkLeads(client, granted, call) : []
  return { problems, warnings: [...warnings, ...leads] }
}

/** Who gives work to a record's owner asks whether that owner is still there, though the mapping names none. */
async function checkOwners(
  client: Client,
  { owners, leads = false, notices = [] }: Intent,
  call: Call,
): Promise<{ problems: CheckProblem[]; ownersGone: string[] }> {
  if (owners.length === 0 && !leads && !notices.includes('task')) return { problems: [], ownersGone: [] }
  let active: ReadonlySet<string> | undefined
  const problems = await refusalOf(async () => {
    // Without an owner to look for, one page tells whether owners may be read.
    if (owners.length === 0) await client.owners(undefined, call)
    else active = await activeOwners(client, owners, call)
  })
  return {
    problems,
    ownersGone: active === undefined ? [] : [...new Set(owners)].filter(id => !active?.has(id)),
  }
}

const unknownOwner = (id: string): CheckProblem => ({
  code: 'unknown_owner',
  message: `HubSpot has no active owner ${id}`,
  hint: 'Name an owner of HubSpot, Settings → Users & Teams, in the mapping; until then fallback_owner gets the work, or nobody where this is the fallback',
})

const unknownObject = (object: string): CheckProblem => ({
  code: 'unknown_object',
  message: `The HubSpot connector does not link accounts to ${object}`,
  hint: `Set \`object\` in the mapping to one of: ${Object.keys(capabilities.key).join(', ')}`,
})

const distinct = (problems: CheckProblem[]): CheckProblem[] => [
  ...new Map(problems.map(problem => [problem.message, problem])).values(),
]
