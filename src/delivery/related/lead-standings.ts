import type { RelatedRecord } from '../../domain/related-record.ts'
import { leadKey } from '../../plan/related/lead-key.ts'
import { type LeadStanding, leadStanding } from '../../plan/related/lead-standing.ts'
import { recordsById } from '../read/records-by-id.ts'
import type { LeadPlanning } from './lead-planning.ts'
import { leadsThere, rememberedLead } from './read-leads.ts'
import type { WithRecord } from './related-accounts.ts'

/** How an account stands once the CRM was asked. */
export type Standing = LeadStanding | { standing: 'of_people' }

/**
 * Asks the CRM about every open lead, since people close and convert them, and about every account that would get one,
 * until nothing new comes out: a lost state finds #1, then #2.
 */
export async function askForLeads(
  planning: LeadPlanning,
  accounts: readonly WithRecord[],
): Promise<ReadonlyMap<string, Standing>> {
  const { mapping, beside } = planning
  const { asOf, state } = beside.run
  const domains = accounts.map(({ account }) => account.domain)
  const known = await state.related.ofDomains(beside.matching.connector.name, 'lead', domains)
  const leadsOf = new Map(known)
  const standing = (domain: string) => leadStanding(leadsOf.get(domain) ?? [], mapping.againAfterMs, asOf)
  const standings = new Map<string, Standing>(
    accounts.map(({ account }) => [account.domain, standing(account.domain)]),
  )
  let asking = accounts.filter(({ account }) => standings.get(account.domain)?.standing !== 'over')
  while (asking.length > 0) {
    const keys = asking.map(({ account }) => keyAsked(account.domain, standings.get(account.domain)))
    // Those with an open lead of ours have one, whatever else is there.
    const due = asking.filter(({ account }) => standings.get(account.domain)?.standing === 'due')
    const there = await leadsThere(beside.matching, { accounts: due, keys })
    const learned = await remember(planning, there.ours, leadsOf, keys)
    for (const { account } of asking) {
      const { domain } = account
      const now = standing(domain)
      const isOfPeople = now.standing === 'due' && there.openOfPeople.has(domain)
      standings.set(domain, isOfPeople ? { standing: 'of_people' } : now)
    }
    asking = asking.filter(
      ({ account }) => learned.has(account.domain) && standings.get(account.domain)?.standing === 'due',
    )
  }
  return standings
}

const keyAsked = (domain: string, standing: Standing | undefined): string =>
  standing?.standing === 'open'
    ? standing.lead.key
    : leadKey(domain, standing?.standing === 'due' ? standing.number : 1)

/**
 * Takes in what the CRM has of our leads; of those that were asked for and are known but not there, that they are over.
 * @returns the accounts of which something new is known
 */
async function remember(
  planning: LeadPlanning,
  ours: ReadonlyMap<string, Parameters<typeof rememberedLead>[0]>,
  leadsOf: Map<string, RelatedRecord[]>,
  asked: readonly string[],
): Promise<Set<string>> {
  const { beside, leads } = planning
  const { connector, state } = beside.matching
  const learned: RelatedRecord[] = []
  const met: RelatedRecord[] = []
  for (const key of new Set([...asked, ...ours.keys()])) {
    const domain = key.slice(0, key.lastIndexOf('#'))
    const before = leadsOf.get(domain)?.find(lead => lead.key === key)
    const remote = ours.get(key)
    const now =
      remote === undefined
        ? before && { ...before, status: 'closed' as const, closedAt: beside.run.asOf }
        : rememberedLead(remote, key, { connector: connector.name, object: leads.object, domain, before })
    if (now === undefined || (before?.status === now.status && before.remoteId === now.remoteId)) continue
    if (before === undefined && now.status === 'open') met.push(now)
    else learned.push(now)
  }
  learned.push(...(await withWhatTheyHold(planning, met)))
  for (const now of learned) {
    const others = (leadsOf.get(now.domain) ?? []).filter(({ key }) => key !== now.key)
    leadsOf.set(now.domain, [...others, now])
  }
  await state.related.put(learned)
  return new Set(learned.map(({ domain }) => domain))
}

/** Open leads of ours that the state had forgotten: one that holds what it should is not written again. */
async function withWhatTheyHold(
  { beside, leads, mapping }: LeadPlanning,
  met: readonly RelatedRecord[],
): Promise<RelatedRecord[]> {
  const { connector } = beside.matching
  if (met.length === 0) return []
  const ids = met.map(({ remoteId }) => remoteId)
  const fields = mapping.fields.map(({ to }) => to)
  const records = await recordsById(connector, leads.object, ids, fields)
  return met.map(lead => {
    const record = records.get(lead.remoteId)
    return record === undefined ? lead : { ...lead, delivered: { fields: record.fields, asOf: null } }
  })
}
