import type { Call, CrmAccount } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { idsOf } from './identity.ts'

/** The org: a token tells it in passing; with one of another form the org is asked, once in a session. */
export function createAccount(client: Client): (call: Call) => Promise<CrmAccount | null> {
  let known: string | null = null
  return async call => {
    known ??= (await idsOf(client, call)).org
    return known === null ? null : { id: known, name: `Salesforce org ${known}` }
  }
}
