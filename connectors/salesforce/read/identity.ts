import { type Call, RequestFailed, SessionFault } from '../../../src/contract/index.ts'
import type { SalesforceRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import type { Ids } from '../http/tokens.ts'
import { literal } from './soql.ts'
import { valueAt } from './values.ts'

const UNTOLD = 'that could not be told'

/**
 * Who we are, for people, as far as Salesforce tells. The token's own identity URL is never asked: it stands at another
 * host than the org's, which redirects, which a locked-down machine may not reach, and which has no business with our
 * token. The org itself knows.
 */
export async function identify(client: Client, call: Call): Promise<string> {
  const ids = await idsOf(client, call)
  const user = ids.user === null ? null : await orNull(() => username(client, ids.user ?? '', call))
  const found = await orNull(() => organization(client, call))
  const where = found === null ? ids.org : inWords(found)
  return `Salesforce org ${where ?? UNTOLD}, user ${user || ids.user || UNTOLD}`
}

/** Our user's id and the org's: a token tells both in passing; one of another form is asked for. */
export async function idsOf(client: Client, call: Call): Promise<Ids> {
  const told = await client.ids(call)
  return told.user === null ? ((await orNull(() => client.userInfo(call))) ?? told) : told
}

async function username(client: Client, user: string, call: Call): Promise<string | null> {
  const soql = `SELECT Id, Username FROM User WHERE Id = ${literal(user)}`
  const [record] = (await client.query(soql, { deleted: false }, call)).records
  const name = record === undefined ? null : valueAt(record, 'Username')
  return typeof name === 'string' ? name : null
}

/** An org has exactly one. */
async function organization(client: Client, call: Call): Promise<SalesforceRecord | null> {
  const soql = 'SELECT Id, Name, OrganizationType, IsSandbox FROM Organization'
  const [record] = (await client.query(soql, { deleted: false }, call)).records
  const id = record === undefined ? null : valueAt(record, 'Id')
  return typeof id === 'string' ? { ...record, Id: id } : null
}

function inWords(org: SalesforceRecord): string {
  const kind = valueAt(org, 'IsSandbox') === true ? ', sandbox' : ''
  return `${valueAt(org, 'Name')} (${org.Id}, ${valueAt(org, 'OrganizationType')}${kind})`
}

/** Who we are is good to know and no reason to stop: only what ends the session anyway does. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    const ends = error instanceof SessionFault && (error.fault === 'auth' || error.fault === 'quota')
    if (ends || !(error instanceof SessionFault || error instanceof RequestFailed)) throw error
    return null
  }
}
