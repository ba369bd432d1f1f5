import type { Call, Company, RemoteContact } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { ACCOUNT, CONTACT } from '../objects.ts'
import { all } from './pages.ts'
import { isId, selectsIn, shortId } from './soql.ts'
import { timeAt, valueAt } from './values.ts'

const CHANGED = 'LastModifiedDate'

/** The contacts of these accounts; of each account the one that was changed last comes first. */
export async function* contacts(
  client: Client,
  companies: readonly Company[],
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteContact> {
  const accounts = companies.filter(({ object, remoteId }) => object === ACCOUNT && isId(remoteId))
  const asked = new Map(accounts.map(({ remoteId }) => [shortId(remoteId), remoteId]))
  const query = { object: CONTACT, fields: [...fields, 'AccountId', CHANGED], newestBy: CHANGED }
  for (const { soql } of selectsIn(query, 'AccountId', [...asked.values()])) {
    for await (const record of all(client, soql, { deleted: false }, call)) {
      const company = asked.get(shortId(String(valueAt(record, 'AccountId') ?? '')))
      if (company === undefined) continue
      yield {
        remoteId: record.Id,
        company,
        changedAt: timeAt(record, CHANGED),
        fields: Object.fromEntries(fields.map(name => [name, valueAt(record, name)])),
      }
    }
  }
}
