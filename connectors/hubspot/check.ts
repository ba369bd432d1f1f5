import type { Call, CheckProblem, CheckReport, Intent } from '../../src/contract/index.ts'
import type { Client } from './client.ts'
import { capabilities } from './objects.ts'
import { activeOwners } from './owners.ts'
import { isRefused } from './refused.ts'
import { checkLeads, checkScopes, type Findings, grantedScopes, refusalOf } from './scopes.ts'

/** Who we are, and what keeps `intent` from working that `describe` can't tell: scopes, plan and owners. Reads only. */
export async function check(client: Client, intent: Intent, call: Call): Promise<CheckReport> {
  const identity = await identify(client, call)
  const rights = await checkRights(client, intent, call)
  const owners = await checkOwners(client, intent, call)
  return {
    identity,
    problems: distinct([...rights.problems, ...owners.problems]),
    warnings: [...rights.warnings, ...owners.ownersGone.map(unknownOwner)],
    ownersGone: owners.ownersGone,
  }
}

/** A token that is not let in ends the check here, as `SessionFault` `auth`. */
async function identify(client: Client, call: Call): Promise<string> {
  try {
    const { portalId, accountType, uiDomain } = await client.account(call)
    const more = [accountType, uiDomain].filter(part => part !== undefined).join(', ')
    return `HubSpot account ${portalId}${more === '' ? '' : ` (${more})`}`
  } catch (error) {
    if (!isRefused(error)) throw error
    return `HubSpot account (it does not say which: ${error.message})`
  }
}

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
