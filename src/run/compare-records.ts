import type { ConnectorEntry } from '../config/config.ts'
import type { Field, FieldValue } from '../contract/fields.ts'
import type { ConnectorSession } from '../delivery/connector-session.ts'
import { matchAccounts } from '../delivery/match-accounts.ts'
import { type Matching, matchRules } from '../delivery/matching-context.ts'
import { recordsById } from '../delivery/records-by-id.ts'
import type { Account } from '../domain/account.ts'
import type { Link } from '../domain/link.ts'
import type { Delivered } from '../domain/planned-change.ts'
import { holds } from '../domain/when.ts'
import { lookupFor } from '../plan/condition-values.ts'
import { type ConnectorPlan, keyField } from '../plan/connector-plan.ts'
import { sameValue } from '../plan/field-value.ts'
import { fieldsToMatch } from '../plan/match.ts'
import { speakerOf } from '../plan/shared-record.ts'
import type { Standing } from '../state/matching.ts'
import type { State } from '../state/state.ts'
import { type StageComparison, stageTally } from './compare-stages.ts'
import { accountNamer, domainsOf } from './normalise.ts'
import type { RunSurroundings } from './surroundings.ts'

/** What comparing the records of one CRM goes by. */
export interface RecordComparison {
  run: RunSurroundings
  entry: ConnectorEntry
  connector: ConnectorSession
  /** A copy, with every account scored: links that are found are kept in it. */
  state: State
  /** Of the mapping's object, as described. */
  fields: ReadonlyMap<string, Field>
  /** The one that holds the other's stage. */
  field: string
}

type Tally = ReturnType<typeof stageTally>

/** Reads the field on the record of every account that has one, a page of accounts at a time. */
export async function compareRecords(comparison: RecordComparison): Promise<StageComparison> {
  const { state, run } = comparison
  const matching = matchingFor(comparison)
  const found = await valuesFound(comparison, matching)
  const silent = await silentAccounts(matching)
  const tally = stageTally()
  let done = 0
  for await (const accounts of state.accounts.pages()) {
    await comparePage(comparison, matching, { accounts, found, silent }, tally)
    done += accounts.length
    run.progress('accounts compared', done, null)
  }
  return tally.result()
}

function matchingFor({ run, entry, connector, state, fields, field }: RecordComparison): Matching {
  const { config, model, asOf } = run
  const { object } = entry.mapping
  const context = { model: model.name, labels: model.labels, asOf, consoleUrl: config.serve.url }
  const plan: ConnectorPlan = {
    connector: entry.name,
    // Records of another object than the one that is matched have no such field.
    mapping: { ...entry.mapping, create: null, leads: null },
    ownersGone: new Set(),
    hasLeads: false,
    only: entry.only,
    capabilities: connector.capabilities,
    fields: new Map([[object, fields]]),
    context,
    segments: config.segments,
  }
  const rules = matchRules(plan, connector)
  // Before `setup` there is no key: it can neither be read nor be looked up by.
  const isKeyed = fields.has(keyField(plan, object))
  const asked = fieldsToMatch(rules).filter(name => isKeyed || name !== rules.key)
  return {
    connector: isKeyed ? connector : withoutKey(connector, object, rules.key),
    state,
    plan,
    rules,
    fields: [...new Set([...asked, field])],
    normalise: accountNamer(config.store),
    domainsOf: domainsOf(config.store),
    aliases: config.store.aliases,
    whole: { isStaged: false },
  }
}

function withoutKey(connector: ConnectorSession, object: string, key: string): ConnectorSession {
  const { capabilities } = connector
  const left = (capabilities.readBy[object] ?? []).filter(name => name !== key)
  return {
    ...connector,
    capabilities: { ...capabilities, readBy: { ...capabilities.readBy, [object]: left } },
  }
}

/** Account → what the field holds on the record that was found for it just now. */
async function valuesFound(
  { run, field }: RecordComparison,
  matching: Matching,
): Promise<ReadonlyMap<string, FieldValue>> {
  const values = new Map<string, FieldValue>()
  for await (const page of matchAccounts(matching)) {
    for (const { link, record } of page) values.set(link.domain, record.fields[field] ?? null)
    run.progress('accounts matched', values.size, null)
  }
  return values
}

/** Accounts that share a record with a better one: the record's stage is that one's. */
async function silentAccounts({ state, plan }: Matching): Promise<ReadonlySet<string>> {
  const silent = new Set<string>()
  for await (const { domains } of state.links.shared(plan.connector)) {
    const retired = await state.accounts.retiredOf(domains)
    const active = await state.accounts.get(domains.filter(domain => !retired.has(domain)))
    const speaker = speakerOf([...active.values()].filter(account => isInScope(plan, account)))
    for (const domain of domains) if (domain !== speaker?.domain) silent.add(domain)
  }
  return silent
}

const isInScope = ({ only, context, segments }: ConnectorPlan, account: Account): boolean =>
  only === null || holds(only, lookupFor(account, context, segments))

interface Page {
  accounts: readonly Account[]
  found: ReadonlyMap<string, FieldValue>
  silent: ReadonlySet<string>
}

async function comparePage(
  comparison: RecordComparison,
  { plan }: Matching,
  { accounts, found, silent }: Page,
  tally: Tally,
): Promise<void> {
  const { state, entry } = comparison
  const domains = accounts.map(({ domain }) => domain)
  const standings = await state.matching.standings(entry.name, domains)
  const linked = accounts.filter(account => {
    const standing = standings.get(account.domain)
    if (!isInScope(plan, account)) tally.leaveOut('out_of_scope')
    else if (standing?.status === 'ambiguous') tally.leaveOut('ambiguous')
    else if (standing?.status !== 'linked') tally.leaveOut('no_record')
    else if (silent.has(account.domain)) tally.leaveOut('shared')
    else return true
    return false
  })
  const before = linked.filter(({ domain }) => !found.has(domain))
  const read = await valuesRead(comparison, linksOf(before, standings))
  const delivered = await state.delivered.get(entry.name, domains)
  for (const account of linked) {
    // An empty field is null: found, and with nothing in it.
    const value = (found.has(account.domain) ? found : read).get(account.domain)
    if (value === undefined) tally.leaveOut('no_record')
    else if (isOurs(comparison, delivered.get(account.domain), value)) tally.leaveOut('written_by_us')
    else tally.compare(account, value)
  }
}

const linksOf = (accounts: readonly Account[], standings: ReadonlyMap<string, Standing>): Link[] =>
  accounts.flatMap(({ domain }) => {
    const standing = standings.get(domain)
    return standing?.status === 'linked' ? [standing.link] : []
  })

/** Account → what the field holds; one whose record is gone, or of another object, is not there. */
async function valuesRead(
  { connector, entry, field }: RecordComparison,
  links: readonly Link[],
): Promise<ReadonlyMap<string, FieldValue>> {
  const { object } = entry.mapping
  const own = links.filter(link => link.object === object)
  if (own.length === 0) return new Map()
  const ids = own.map(({ remoteId }) => remoteId)
  const records = await recordsById(connector, object, ids, [field])
  return new Map(
    own.flatMap(({ domain, remoteId }): [string, FieldValue][] => {
      const record = records.get(remoteId)
      return record === undefined ? [] : [[domain, record.fields[field] ?? null]]
    }),
  )
}

/** A mapping that writes the field makes it ours from its first sync on: compared, it would agree with itself. */
function isOurs(
  { entry, field, fields }: RecordComparison,
  delivered: Delivered | undefined,
  value: FieldValue,
): boolean {
  if (delivered?.asOf == null || !entry.mapping.fields.some(({ to }) => to === field)) return false
  const last = delivered.fields[field] ?? null
  return last !== null && sameValue(fields.get(field)?.type ?? 'text', last, value)
}
