import {
  type Call,
  type CheckProblem,
  type CheckReport,
  type Intent,
  RequestFailed,
  SessionFault,
} from '../../src/contract/index.ts'
import type { Client } from './client.ts'
import { capabilities } from './objects.ts'

/** Who we are, and what keeps `intent` from working that `describe` can't tell: scopes and owners. Reads only. */
export async function check(client: Client, intent: Intent, call: Call): Promise<CheckReport> {
  const identity = await identify(client, call)
  const unknown = capabilities.objects.includes(intent.object) ? [] : [unknownObject(intent.object)]
  const rights = unknown.length > 0 ? NOTHING : await checkScopes(client, intent, call)
  const owners = intent.owners.length === 0 ? NOTHING : await checkOwners(client, intent.owners, call)
  return {
    identity,
    problems: distinct([...unknown, ...rights.problems, ...owners.problems]),
    warnings: [...rights.warnings, ...owners.warnings],
  }
}

interface Findings {
  problems: CheckProblem[]
  warnings: CheckProblem[]
}

const NOTHING: Findings = { problems: [], warnings: [] }

/** A token that is not let in ends the check here, as `SessionFault` `auth`. */
async function identify(client: Client, call: Call): Promise<string> {
  try {
    const { portalId, accountType, uiDomain } = await client.account(call)
    const more = [accountType, uiDomain].filter(part => part !== undefined).join(', ')
    return `HubSpot account ${portalId}${more === '' ? '' : ` (${more})`}`
  } catch (error) {
    if (!refused(error)) throw error
    return `HubSpot account (it does not say which: ${error.message})`
  }
}

async function checkScopes(client: Client, intent: Intent, call: Call): Promise<Findings> {
  const needed = [`crm.objects.${intent.object}.read`, `crm.objects.${intent.object}.write`]
  const granted = await grantedScopes(client, call)
  if (granted !== null) {
    return { problems: needed.filter(scope => !granted.has(scope)).map(missingScope), warnings: [] }
  }
  const problems = await denied(async () => {
    await client.page(intent.object, [], 1, undefined, call)
  })
  return { problems, warnings: [WRITE_NOT_CHECKED] }
}

/** Null where HubSpot does not tell: it answers for private apps, and refuses other kinds of tokens. */
async function grantedScopes(client: Client, call: Call): Promise<ReadonlySet<string> | null> {
  try {
    return new Set(await client.scopes(call))
  } catch (error) {
    if (!refused(error) && !(error instanceof SessionFault && error.fault === 'auth')) throw error
    return null
  }
}

async function checkOwners(client: Client, wanted: readonly string[], call: Call): Promise<Findings> {
  const missing = new Set(wanted)
  const problems = await denied(async () => {
    let after: string | undefined
    do {
      const page = await client.owners(after, call)
      for (const { id } of page.results) missing.delete(id)
      after = page.paging?.next?.after
    } while (after !== undefined && missing.size > 0)
  })
  return { problems, warnings: problems.length > 0 ? [] : [...missing].map(unknownOwner) }
}

/** What keeps `probe` from being answered, as problems. */
async function denied(probe: () => Promise<void>): Promise<CheckProblem[]> {
  try {
    await probe()
    return []
  } catch (error) {
    if (!refused(error)) throw error
    const missing = error instanceof SessionFault
    return [{ code: missing ? 'missing_scope' : 'not_readable', message: error.message }]
  }
}

/** Whether HubSpot said no to this request alone: a lacking scope, or a path that it does not give to us. */
function refused(error: unknown): error is RequestFailed | SessionFault {
  if (error instanceof SessionFault) return error.fault === 'config'
  return (
    error instanceof RequestFailed &&
    ['invalid', 'gone', 'forbidden', 'duplicate'].includes(error.failure.kind)
  )
}

const missingScope = (scope: string): CheckProblem => ({
  code: 'missing_scope',
  message: `The HubSpot token lacks the scope ${scope}`,
  hint: 'Add the scope to the service key or private app in HubSpot, Settings → Integrations',
})

const unknownOwner = (id: string): CheckProblem => ({
  code: 'unknown_owner',
  message: `HubSpot has no active owner ${id}`,
  hint: 'Name an owner of HubSpot, Settings → Users & Teams, in the mapping; until then the fallback gets the work',
})

const unknownObject = (object: string): CheckProblem => ({
  code: 'unknown_object',
  message: `The HubSpot connector does not know the object ${object}`,
  hint: `Set \`object\` in the mapping to one of: ${capabilities.objects.join(', ')}`,
})

const WRITE_NOT_CHECKED: CheckProblem = {
  code: 'write_not_checked',
  message: 'HubSpot does not tell the scopes of this token: whether it may write shows at the first write',
  hint: 'Make sure that the key has crm.objects.companies.write and, for `oql setup`, crm.schemas.companies.write',
}

const distinct = (problems: CheckProblem[]): CheckProblem[] => [
  ...new Map(problems.map(problem => [problem.message, problem])).values(),
]
