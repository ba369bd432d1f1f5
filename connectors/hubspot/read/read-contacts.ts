import type { Call, Company, RemoteContact } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { changedProperty, contacts } from '../objects.ts'
import { readMany } from './batch-read.ts'
import type { Types } from './fields.ts'
import { associatedWith, inverted } from './read-associations.ts'
import { dateOf, fromWire } from './values.ts'

const CHANGED = changedProperty(contacts.object)

/** Every contact of these companies: only all of them tell which was changed last. */
export async function* readContacts(
  client: Client,
  companies: readonly Company[],
  fields: readonly string[],
  types: Types,
  call: Call,
): AsyncIterable<RemoteContact> {
  const { object } = contacts
  const ids = companies.map(({ remoteId }) => remoteId)
  const companiesOf = inverted(await associatedWith(client, 'companies', object, ids, call))
  const values = [...companiesOf.keys()]
  for await (const { id, properties } of readMany(client, object, { values }, [...fields, CHANGED], call)) {
    for (const company of companiesOf.get(id) ?? []) {
      yield {
        remoteId: id,
        company,
        changedAt: dateOf(properties[CHANGED]),
        fields: Object.fromEntries(fields.map(name => [name, fromWire(properties[name], types.get(name))])),
      }
    }
  }
}
