import type { RemoteLead } from '../../contract/leads.ts'
import type { RelatedRecord } from '../../domain/related-record.ts'
import { readLeadKey } from '../../plan/related/lead-key.ts'
import type { Matching } from '../match/matching.ts'
import { namesOf } from './related.ts'
import type { WithRecord } from './related-accounts.ts'

/** What the CRM has of the leads that were asked for. */
export interface LeadsThere {
  /** Ours, by key. */
  ours: ReadonlyMap<string, RemoteLead>
  /** Accounts at whose company there is an open lead of people, or one of ours for another account. */
  openOfPeople: ReadonlySet<string>
}

/** Asks for leads by our keys, and for those of people at these accounts' companies. */
export async function leadsThere(
  { connector }: Matching,
  asked: { accounts: readonly WithRecord[]; keys: readonly string[] },
): Promise<LeadsThere> {
  const ours = new Map<string, RemoteLead>()
  const openOfPeople = new Set<string>()
  const byRecord = new Map<string, string[]>()
  const companies = asked.accounts.flatMap(({ account, record }) => {
    if (record === null) return []
    byRecord.set(record.remoteId, [...(byRecord.get(record.remoteId) ?? []), account.domain])
    return [{ object: record.object, remoteId: record.remoteId, names: namesOf(account) }]
  })
  const { session, call } = connector
  if (session.leads === undefined || (companies.length === 0 && asked.keys.length === 0)) {
    return { ours, openOfPeople }
  }
  for await (const lead of session.leads({ companies, keys: asked.keys }, call)) {
    const key = lead.key === null ? null : readLeadKey(lead.key)
    if (lead.key !== null && key !== null) ours.set(lead.key.trim().toLowerCase(), lead)
    // One that was made for another account, which was linked to the record, stands for this one's too; where a lead
    // belongs to a company by name alone, two accounts may go by one name.
    const isOthers = key === null || connector.capabilities.leads?.associates === true
    if (lead.state !== 'open' || !isOthers) continue
    for (const domain of byRecord.get(lead.company ?? '') ?? []) {
      if (key?.domain !== domain) openOfPeople.add(domain)
    }
  }
  return { ours, openOfPeople }
}

/** What is remembered of a lead of ours that the CRM has; of one that was not known yet, nothing of what it holds. */
export function rememberedLead(
  { remoteId, state, closedAt }: RemoteLead,
  key: string,
  of: { connector: string; object: string; domain: string; before: RelatedRecord | undefined },
): RelatedRecord {
  const { before, ...place } = of
  return {
    ...place,
    kind: 'lead',
    key,
    remoteId,
    status: state,
    delivered: before?.delivered ?? { fields: {}, asOf: null },
    madeAt: before?.madeAt ?? null,
    closedAt,
  }
}
