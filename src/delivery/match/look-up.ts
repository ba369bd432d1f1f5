import type { RemoteRecord } from '../../contract/records.ts'
import { lookups, type Spelled } from './lookups.ts'
import { type Found, type Matching, settle } from './matching.ts'
import { amongAll, type Filed, file, nothingFiled } from './whole-read.ts'

/** Decides these accounts from all their records: without all of them there is no telling one from several. */
export async function lookUp(
  matching: Matching,
  domains: readonly string[],
  known: readonly RemoteRecord[],
): Promise<Found[]> {
  const filed = (await lookedUp(matching, domains)) ?? (await amongAll(matching, domains))
  for (const record of known) file(matching, filed, record)
  return settle(matching, domains, filed)
}

/** Null where the CRM can't be asked for these accounts' records alone. */
export async function lookedUp(
  matching: Matching,
  domains: readonly string[],
  spelled: Spelled = 'any',
): Promise<Filed | null> {
  const { connector, fields } = matching
  const queries = lookups(matching, domains, spelled)
  if (queries === null) return null
  const filed = nothingFiled(domains)
  for (const query of queries) {
    for await (const record of connector.session.read(query, fields, connector.call))
      file(matching, filed, record)
  }
  return filed
}
