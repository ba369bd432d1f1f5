import type { Call, CheckProblem, Intent } from '../../../src/contract/index.ts'
import { SessionFault } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { isRefused } from '../http/is-refused.ts'
import { contacts, leads } from '../objects.ts'

export interface Findings {
  problems: CheckProblem[]
  warnings: CheckProblem[]
}

/** Null where HubSpot does not tell: it answers for private apps, and refuses other kinds of tokens. */
export type Granted = ReadonlySet<string> | null

export async function grantedScopes(client: Client, call: Call): Promise<Granted> {
  try {
    return new Set(await client.scopes(call))
  } catch (error) {
    if (!isRefused(error) && !(error instanceof SessionFault && error.fault === 'auth')) throw error
    return null
  }
}

/**
 * What the token may not do of what `intent` needs: told by its scopes where HubSpot tells them, else by a read of one
 * record of each object. Leads are left to `checkLeads`.
 */
export async function checkScopes(
  client: Client,
  intent: Intent,
  granted: Granted,
  call: Call,
): Promise<Findings> {
  if (granted !== null) {
    const lacking = scopesOf(intent).filter(scope => !granted.has(scope))
    return { problems: lacking.map(missingScope), warnings: [] }
  }
  const problems: CheckProblem[] = []
  for (const object of objectsOf(intent))
    problems.push(...(await refusalOf(() => oneOf(client, object, call))))
  return { problems, warnings: [writeNotChecked(intent)] }
}

function scopesOf(intent: Intent): string[] {
  const scopes = [`crm.objects.${intent.object}.read`, `crm.objects.${intent.object}.write`]
  if (readsPeople(intent)) scopes.push('crm.objects.contacts.read')
  // HubSpot lets those at tasks and notes who are let at contacts.
  if (writesPeople(intent)) scopes.push('crm.objects.contacts.write')
  return [...new Set(scopes)]
}

const writesPeople = ({ contacts = false, notices = [] }: Intent) => contacts || notices.length > 0
/** A lead needs a contact, and the one that the company has will do. */
const readsPeople = (intent: Intent) => writesPeople(intent) || intent.leads === true

const NOTICE_OBJECTS: Readonly<Record<string, string>> = { task: 'tasks', note: 'notes' }

function objectsOf(intent: Intent): string[] {
  const notices = (intent.notices ?? []).flatMap(type => NOTICE_OBJECTS[type] ?? [])
  return [...new Set([intent.object, ...(readsPeople(intent) ? [contacts.object] : []), ...notices])]
}

/**
 * Whether this portal has leads for us. Where it has none the rest of the sync goes on, so this is a warning; the core
 * makes no leads when it reads its code.
 */
export async function checkLeads(client: Client, granted: Granted, call: Call): Promise<CheckProblem[]> {
  const lacking = LEAD_SCOPES.filter(scope => granted !== null && !granted.has(scope))
  if (lacking.length > 0) return [leadsUnavailable(`the token lacks ${lacking.join(' and ')}`)]
  const refusals = await refusalOf(() => oneOf(client, leads.object, call))
  return refusals.map(({ message }) => leadsUnavailable(message))
}

const LEAD_SCOPES = ['crm.objects.leads.read', 'crm.objects.leads.write']

const oneOf = (client: Client, object: string, call: Call) => client.page(object, [], 1, undefined, call)

/** What keeps `probe` from being answered, as problems. */
export async function refusalOf(probe: () => Promise<unknown>): Promise<CheckProblem[]> {
  try {
    await probe()
    return []
  } catch (error) {
    if (!isRefused(error)) throw error
    const missing = error instanceof SessionFault
    return [{ code: missing ? 'missing_scope' : 'not_readable', message: error.message }]
  }
}

const missingScope = (scope: string): CheckProblem => ({
  code: 'missing_scope',
  message: `The HubSpot token lacks the scope ${scope}`,
  hint: 'Add the scope to the service key (or the older private app) in HubSpot, Settings → Integrations',
})

const leadsUnavailable = (why: string): CheckProblem => ({
  code: 'leads_unavailable',
  message: `HubSpot has no leads for us, so none are made: ${why}`,
  hint:
    'Leads need Sales Hub Professional, and the scopes crm.objects.leads.read and crm.objects.leads.write. ' +
    "Without them the company's own status fields, as mapped, carry the news",
})

function writeNotChecked(intent: Intent): CheckProblem {
  const asked = scopesOf(intent).filter(scope => scope.endsWith('.write'))
  const writes = intent.leads === true ? [...asked, 'crm.objects.leads.write'] : asked
  // Leads have no scopes of their own for their properties: what `setup` lacks there, HubSpot's refusal names.
  const schemas = asked.map(scope => scope.replace('crm.objects.', 'crm.schemas.'))
  return {
    code: 'write_not_checked',
    message: 'HubSpot does not tell the scopes of this token: whether it may write shows at the first write',
    hint: `Make sure that the service key (HubSpot, Settings → Integrations → Service Keys) has ${writes.join(', ')} and, for \`oql setup\`, ${schemas.join(', ')}`,
  }
}
