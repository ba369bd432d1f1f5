import type { FieldMapping } from '../../config/mapping.ts'
import type { RelatedKind } from '../../domain/related-record.ts'
import type { ConnectorReport, LeadCounts, LeadNotMade, PeopleCounts } from '../connector-report.ts'
import type { ConnectorRun } from '../connector-run.ts'
import type { Matching } from '../match/matching.ts'
import { deliverBatches } from '../write/deliver-batches.ts'
import { type DeliveryCounts, noDeliveryCounts } from '../write/delivery.ts'
import { resolveUnwanted } from '../write/resolve-unwanted.ts'
import { planContacts } from './plan-contacts.ts'
import { planLeads } from './plan-leads.ts'
import { besideOf } from './related.ts'

/**
 * Leads and contacts beside the records of accounts, once those are delivered: contacts first, because a lead may need
 * one. What goes wrong with one of them is a rejection of its own.
 */
export async function runBeside(
  run: ConnectorRun,
  matching: Matching,
  report: ConnectorReport,
): Promise<void> {
  const { people, leads } = matching.plan.mapping
  const { capabilities } = matching.connector
  const beside = people === null && leads === null ? null : await besideOf(run, matching)
  const settled = (kind: RelatedKind) =>
    resolveUnwanted(run.state, run.entry.name, kind, beside?.refusedBefore ?? new Set())
  if (beside !== null && people !== null && capabilities.contacts !== undefined) {
    const counts: PeopleCounts = { made: 0, updated: 0, found: 0, ambiguous: 0 }
    report.people = counts
    report.problems.push(...(await planContacts(beside, counts)))
    await settled('contact')
    await send(run, matching, report, { kind: 'contact', fields: people.fields, counts })
  } else await settled('contact')
  if (beside !== null && leads !== null && capabilities.leads !== undefined) {
    const counts: LeadCounts = { made: 0, updated: 0, open: 0, notMade: {} }
    report.leads = counts
    await planLeads(beside, counts)
    await settled('lead')
    try {
      await send(run, matching, report, { kind: 'lead', fields: leads.fields, counts })
    } finally {
      counts.open += await run.state.related.countOpen(run.entry.name, 'lead')
      report.problems.push(...inWords(counts))
    }
  } else await settled('lead')
}

interface Sending {
  kind: RelatedKind
  fields: readonly FieldMapping[]
  counts: { made: number; updated: number }
}

async function send(
  run: ConnectorRun,
  { connector, state, plan }: Matching,
  report: ConnectorReport,
  { kind, fields, counts }: Sending,
): Promise<void> {
  if (!run.deliver) return
  const delivered = noDeliveryCounts()
  const { runId, asOf } = run
  const mapping = { ...plan.mapping, fields }
  const progress = (done: number) => run.progress(`${kind}s delivered`, done, null)
  try {
    await deliverBatches(
      { connector, state, mapping, runId, asOf, counts: delivered, progress },
      change => change.kind === kind,
    )
  } finally {
    counts.made = delivered.created
    counts.updated = delivered.updated
    const { planned: left } = await state.changes.countsByStatus(runId, run.entry.name, kind)
    tell(report, run.entry.name, kind, { delivered, left })
  }
}

function tell(
  report: ConnectorReport,
  name: string,
  kind: RelatedKind,
  { delivered, left }: { delivered: DeliveryCounts; left: number },
): void {
  report.rejected += delivered.rejected
  if (delivered.rejected > 0) {
    report.problems.push(`${delivered.rejected} ${kind}s were refused by ${name}: oql rejections shows why`)
  }
  let tried = 0
  for (const { changes, failure } of delivered.waitingFor.values()) {
    tried += changes
    report.problems.push(`${changes} ${kind}s wait for the next run: ${failure.message}`)
  }
  if (left > tried) report.problems.push(`${left - tried} ${kind}s were not sent and wait for the next run`)
  if (delivered.rejected + left > 0) report.status = 'partial'
}

/** What people can do something about; the rest stands in the counts. */
function inWords({ notMade }: LeadCounts): string[] {
  const words: Partial<Record<LeadNotMade, string>> = {
    no_person:
      'nobody is known there whom a lead could go to; the status fields of the company carry the news',
    leads_unavailable: 'this CRM, as it was bought, has no leads; oql check says more',
  }
  return Object.entries(words).flatMap(([reason, why]) => {
    const accounts = notMade[reason as LeadNotMade] ?? 0 // the keys of a record of reasons
    return accounts === 0
      ? []
      : [`${accounts} ${accounts === 1 ? 'lead was' : 'leads were'} not made: ${why}`]
  })
}
