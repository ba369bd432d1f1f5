import type { Call, Company, RemoteLead } from '../../../src/contract/index.ts'
import type { HubSpotRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { changedProperty, leads } from '../objects.ts'
import { readMany } from './batch-read.ts'
import type { LeadStages } from './lead-stages.ts'
import type { Portal } from './portal.ts'
import { associatedWith, inverted } from './read-associations.ts'
import { dateOf } from './values.ts'

const STAGE = 'hs_pipeline_stage'
/** HubSpot's own opinion, for a lead whose stage is no more. */
const IS_OPEN = 'hs_lead_is_open'
/** When a lead entered the stage that it is in: for a closed one, when it was closed. */
const IN_STAGE_SINCE = 'hs_v2_date_entered_current_stage'
/** Deals that came out of a lead. */
const DEALS = 'hs_lead_associated_deals_count'
const CHANGED = changedProperty(leads.object)

const PROPERTIES: readonly string[] = [
  leads.key,
  'hs_pipeline',
  STAGE,
  IS_OPEN,
  IN_STAGE_SINCE,
  DEALS,
  CHANGED,
]

/** Every lead of these companies, by their associations, and every one that carries one of these keys. */
export async function* readLeads(
  client: Client,
  portal: Portal,
  { companies, keys }: { companies: readonly Company[]; keys: readonly string[] },
  call: Call,
): AsyncIterable<RemoteLead> {
  if (companies.length + keys.length === 0) return
  const stages = await portal.leadStages(call)
  for (const [object, ids] of idsByObject(companies)) {
    yield* ofCompanies(client, stages, object, ids, call)
  }
  // A property that is missing or not unique finds nothing: then only the leads of the companies tell their keys.
  const canFind = keys.length > 0 && (await portal.catalogue.isUnique(leads.object, leads.key, call)) === true
  if (!canFind) return
  const asked = { values: keys, idProperty: leads.key }
  for await (const record of readMany(client, leads.object, asked, PROPERTIES, call)) {
    yield remoteLead(record, null, stages)
  }
}

async function* ofCompanies(
  client: Client,
  stages: LeadStages,
  object: string,
  ids: readonly string[],
  call: Call,
): AsyncIterable<RemoteLead> {
  const leadsOf = await associatedWith(client, object, leads.object, ids, call)
  const companiesOf = inverted(leadsOf)
  const values = [...companiesOf.keys()]
  for await (const record of readMany(client, leads.object, { values }, PROPERTIES, call)) {
    for (const company of companiesOf.get(record.id) ?? []) yield remoteLead(record, company, stages)
  }
}

function idsByObject(companies: readonly Company[]): Map<string, string[]> {
  const groups = Map.groupBy(companies, ({ object }) => object)
  return new Map([...groups].map(([object, all]) => [object, all.map(({ remoteId }) => remoteId)]))
}

function remoteLead(
  { id, properties }: HubSpotRecord,
  company: string | null,
  stages: LeadStages,
): RemoteLead {
  const isClosed = stages.isClosed(String(properties[STAGE] ?? '')) ?? String(properties[IS_OPEN]) === 'false'
  const key = String(properties[leads.key] ?? '')
  return {
    remoteId: id,
    company,
    key: key === '' ? null : key,
    state: !isClosed ? 'open' : Number(properties[DEALS] ?? 0) > 0 ? 'converted' : 'closed',
    closedAt: isClosed ? (dateOf(properties[IN_STAGE_SINCE]) ?? dateOf(properties[CHANGED])) : null,
  }
}
