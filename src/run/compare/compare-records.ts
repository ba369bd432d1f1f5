import type { ConnectorEntry } from '../../config/config.ts'
import type { Field, FieldValue } from '../../contract/fields.ts'
import { matchAccounts } from '../../delivery/match/match-accounts.ts'
import { type Matching, matchRules } from '../../delivery/match/matching.ts'
import { recordsById } from '../../delivery/read/records-by-id.ts'
import type { ConnectorSession } from '../../delivery/session/connector-session.ts'
import { type SharedRecords, sharedRecords } from '../../delivery/shared-records.ts'
import type { Account } from '../../domain/account.ts'
import type { Link } from '../../domain/link.ts'
import type { Delivered } from '../../domain/planned-change.ts'
import { isInScope } from '../../plan/account/in-scope.ts'
import { type ConnectorPlan, keyField } from '../../plan/connector-plan.ts'
import { sameValue } from '../../plan/fields/field-value.ts'
import { fieldsToMatch } from '../../plan/match/match.ts'
import type { Standing } from '../../state/matching.ts'
import type { State } from '../../state/state.ts'
import { accountNamer, domainsOf } from '../accounts/normalise.ts'
import type { RunSurroundings } from '../surroundings.ts'
import { type StageComparison, stageTally } from './compare-stages.ts'

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
  // What is there of records that were only read is then of now.
  await state.delivered.removeUnwritten(comparison.entry.name)
  await match(comparison, matching)
  const shared = await sharedRecords(state, matching.plan)
  const tally = stageTally()
  let done = 0
  for await (const accounts of state.accounts.pages()) {
    await comparePage(comparison, matching, { accounts, shared }, tally)
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
    runId: null,
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

/** Finds the records of accounts that have none yet. What is read of them is kept in the copy of the state. */
async function match({ run }: RecordComparison, matching: Matching): Promise<void> {
  let matched = 0
  for await (const page of matchAccounts(matching)) {
    matched += page.length
    run.progress('accounts matched', matched, null)
  }
}

interface Page {
  accounts: readonly Account[]
  shared: SharedRecords
}

async function comparePage(
  comparison: RecordComparison,
  { plan }: Matching,
  { accounts, shared }: Page,
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
    else if ((shared.get(account.domain)?.speaker ?? account.domain) !== account.domain)
      tally.leaveOut('shared')
    else return true
    return false
  })
  const delivered = await state.delivered.get(entry.name, domains)
  const before = linked.filter(({ domain }) => !isJustRead(comparison, delivered.get(domain)))
  const read = await valuesRead(comparison, linksOf(before, standings))
  for (const account of linked) {
    const held = delivered.get(account.domain)
    // An empty field is null: found, and with nothing in it.
    const value = isJustRead(comparison, held)
      ? (held.fields[comparison.field] ?? null)
      : read.get(account.domain)
    if (value === undefined) tally.leaveOut('no_record')
    else if (isOurs(comparison, held, value)) tally.leaveOut('written_by_us')
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

/** Whether the record was matched just now, and the field read with it. */
const isJustRead = ({ field }: RecordComparison, delivered: Delivered | undefined): delivered is Delivered =>
  delivered?.asOf === null && Object.hasOwn(delivered.fields, field)

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
