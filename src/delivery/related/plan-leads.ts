import type { Account } from '../../domain/account.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { leadKey } from '../../plan/related/lead-key.ts'
import { planRelatedCreate, planRelatedUpdate, type Related } from '../../plan/related/plan-related.ts'
import { mappableValues } from '../../plan/values/mappable-values.ts'
import type { LeadCounts, LeadNotMade } from '../connector-report.ts'
import { leadContacts } from './lead-contacts.ts'
import type { LeadPlanning } from './lead-planning.ts'
import { askForLeads } from './lead-standings.ts'
import { ownersFor } from './owners.ts'
import { type Beside, keepPlanned } from './related.ts'
import { deserving, type WithRecord } from './related-accounts.ts'

/**
 * Decides which accounts get a lead, and what open leads must become. Before one is made the CRM is asked for ours, by
 * key, and for open ones that people made: neither a lost answer nor a lost state makes a second.
 */
export async function planLeads(beside: Beside, counts: LeadCounts): Promise<void> {
  const { run, matching, shared } = beside
  const { leads: mapping } = matching.plan.mapping
  const { leads } = matching.connector.capabilities
  if (mapping === null || leads === undefined) return
  for await (const accounts of run.state.accounts.pages()) {
    const { found, without } = await deserving(matching, accounts, mapping.when, { shared, ...run })
    notMade(counts, 'no_record', without.length)
    if (matching.plan.hasLeads) await planPage({ beside, mapping, leads, counts }, found)
    else notMade(counts, 'leads_unavailable', found.length)
  }
}

async function planPage(planning: LeadPlanning, accounts: readonly WithRecord[]): Promise<void> {
  const { matching } = planning.beside
  const standings = await askForLeads(planning, accounts)
  const updates: PlannedChange[] = []
  const due: Due[] = []
  for (const one of accounts) {
    const standing = standings.get(one.account.domain)
    switch (standing?.standing) {
      case 'open': {
        const change = planRelatedUpdate(
          matching.plan,
          relatedOf(planning, one.account, standing.lead.key),
          standing.lead,
        )
        if (change !== null) updates.push(change)
        break
      }
      case 'due':
        due.push({ ...one, key: leadKey(one.account.domain, standing.number) })
        break
      case 'over':
        notMade(planning.counts, standing.as)
        break
      case 'of_people':
        notMade(planning.counts, 'open_lead')
        planning.counts.open++
        break
    }
  }
  await keep(planning, [...updates, ...(await planCreates(planning, due))])
}

type Due = WithRecord & { key: string }

async function planCreates(planning: LeadPlanning, due: readonly Due[]): Promise<PlannedChange[]> {
  const { beside, mapping, leads, counts } = planning
  const { matching } = beside
  const contacts = leads.needsContact || leads.associates ? await leadContacts(matching, due) : new Map()
  const toBeMade = await contactsToBeMade(planning, due)
  const makes = due.filter(({ account: { domain } }) => {
    const isKnown = !leads.needsContact || contacts.has(domain) || toBeMade.has(domain)
    if (!isKnown) notMade(counts, 'no_person')
    return isKnown
  })
  const remoteIds = makes.flatMap(({ record }) => record?.remoteId ?? [])
  const owners = await ownersFor(matching.connector, matching.plan.mapping.object, remoteIds, mapping)
  return makes.map(({ account, record, key }) => {
    const owner = owners.get(record?.remoteId ?? '') ?? null
    return planRelatedCreate(matching.plan, relatedOf(planning, account, key), {
      associate: tiesOf(planning, record, contacts.get(account.domain)),
      fields: { [leads.key]: key, ...(owner === null ? {} : { [leads.owner]: owner }) },
      why: `stage ${account.stage}, no open lead`,
    })
  })
}

/** While planning only: the accounts of which this run would make a contact. */
async function contactsToBeMade({ beside }: LeadPlanning, due: readonly Due[]): Promise<ReadonlySet<string>> {
  const { run, matching } = beside
  const { contacts } = matching.connector.capabilities
  if (run.deliver || contacts === undefined) return new Set()
  const domains = due.map(({ account }) => account.domain)
  return run.state.changes.creating(run.runId, matching.connector.name, contacts.object, domains)
}

function tiesOf(
  { beside, leads }: LeadPlanning,
  record: WithRecord['record'],
  contact: string | undefined,
): PlannedChange['associate'] {
  const { contacts } = beside.matching.connector.capabilities
  if (!leads.associates) return []
  return [
    ...(contact === undefined || contacts === undefined
      ? []
      : [{ object: contacts.object, remoteId: contact }]),
    ...(record === null ? [] : [{ object: record.object, remoteId: record.remoteId }]),
  ]
}

const relatedOf = ({ beside, mapping, leads }: LeadPlanning, account: Account, key: string): Related => ({
  kind: 'lead',
  key,
  domain: account.domain,
  object: leads.object,
  lines: mapping.fields,
  kept: leads.nameFields,
  name: account.domain,
  valueNamed: mappableValues(account, beside.matching.plan.context),
})

async function keep(
  { beside, mapping, counts }: LeadPlanning,
  changes: readonly PlannedChange[],
): Promise<void> {
  const refused = await keepPlanned(beside, mapping.fields, changes)
  notMade(
    counts,
    'rejected',
    changes.filter(({ key, action }) => action === 'create' && refused.has(key)).length,
  )
}

function notMade({ notMade: counts }: LeadCounts, reason: LeadNotMade, accounts = 1): void {
  if (accounts > 0) counts[reason] = (counts[reason] ?? 0) + accounts
}
