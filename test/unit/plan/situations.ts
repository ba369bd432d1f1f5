import type { FieldMapping, Mapping } from '../../../src/config/mapping.ts'
import type { Field } from '../../../src/contract/fields.ts'
import type { RemoteRecord } from '../../../src/contract/records.ts'
import type { Account } from '../../../src/domain/account.ts'
import { COUNT_FACTS, type Facts, RATIO_FACTS } from '../../../src/domain/facts.ts'
import type { Link } from '../../../src/domain/link.ts'
import { TRIGGERS } from '../../../src/domain/mappable.ts'
import type { Delivered, PlannedChange } from '../../../src/domain/planned-change.ts'
import { STAGE_LABELS } from '../../../src/domain/stage.ts'
import type { Decision, LinkedRecord } from '../../../src/plan/account/plan-account.ts'
import type { ConnectorPlan } from '../../../src/plan/connector-plan.ts'
import type { ValueContext } from '../../../src/plan/values/mappable-values.ts'

export const DAY_MS = 86_400_000
export const AS_OF = new Date('2026-11-24T06:00:00Z')
export const daysBefore = (days: number): Date => new Date(AS_OF.getTime() - days * DAY_MS)

const FACTS = Object.fromEntries([
  ...COUNT_FACTS.map(name => [name, 0]),
  ...RATIO_FACTS.map(name => [name, null]),
]) as Facts

export function account(over: Partial<Account> = {}): Account {
  return {
    domain: 'acme.com',
    name: 'Acme',
    country: 'DE',
    industry: null,
    size: null,
    firstSeen: daysBefore(200),
    lastSeen: daysBefore(1),
    points: 52,
    score: 52,
    facts: { ...FACTS, ...over.facts },
    topArtifacts: ['server', 'cli'],
    stage: 'experimentation',
    calledStage: 'experimentation',
    stageSince: daysBefore(30),
    lowerSince: null,
    previousStage: 'investigation',
    stageDirection: 'up',
    direction: null,
    risk: null,
    riskLowerSince: null,
    reason: '52 points',
    trend: 'steady',
    ...over,
  }
}

export const context = (over: Partial<ValueContext> = {}): ValueContext => ({
  model: 'default',
  labels: STAGE_LABELS,
  asOf: AS_OF,
  consoleUrl: null,
  ...over,
})

type LineOptions = Partial<Pick<FieldMapping, 'write' | 'onNull' | 'trigger' | 'minChange' | 'values'>>

export const value = (from: string, to: string, over: LineOptions = {}): FieldMapping => ({
  from,
  to,
  write: 'always',
  onNull: 'clear',
  trigger: TRIGGERS.has(from),
  ...over,
})

export const constant = (text: string, to: string, over: LineOptions = {}): FieldMapping => ({
  value: text,
  to,
  write: 'always',
  onNull: 'clear',
  trigger: false,
  ...over,
})

export const FIELDS: readonly FieldMapping[] = [
  value('stage', 'oql_stage'),
  value('score', 'oql_score', { minChange: 5 }),
  value('risk', 'oql_risk'),
  value('reason', 'oql_reason'),
  value('stage_since', 'oql_stage_since'),
]

export const mapping = (over: Partial<Mapping> = {}): Mapping => ({
  object: 'companies',
  match: { by: 'domain', skip: null, prefer: [] },
  create: null,
  assign: [],
  fields: FIELDS,
  refreshAfterMs: 7 * DAY_MS,
  leads: null,
  people: null,
  onStageChange: [],
  onRiskChange: [],
  ...over,
})

export function plan(
  over: Partial<ConnectorPlan> & { fields?: ConnectorPlan['fields'] } = {},
): ConnectorPlan {
  return {
    connector: 'hubspot',
    mapping: mapping(),
    only: null,
    capabilities: {
      key: { companies: 'oql_domain', leads: 'oql_domain' },
      owner: { companies: 'hubspot_owner_id' },
      nameFields: { companies: ['name'], leads: ['last_name', 'company'] },
    },
    fields: new Map(),
    context: context(),
    segments: {},
    ownersGone: new Set<string>(),
    hasLeads: true,
    ...over,
  }
}

export const link = (over: Partial<Link> = {}): Link => ({
  connector: 'hubspot',
  domain: 'acme.com',
  object: 'companies',
  remoteId: '1',
  by: 'domain',
  stamped: true,
  ...over,
})

/** What the record of `account()` holds once all of `FIELDS` are written. */
const SETTLED = {
  oql_domain: 'acme.com',
  oql_stage: 'experimentation',
  oql_score: 52,
  oql_risk: null,
  oql_reason: '52 points',
  oql_stage_since: '2026-10-25T06:00:00Z',
}

export const delivered = (
  fields: Delivered['fields'] = {},
  asOf: Date | null = daysBefore(1),
): Delivered => ({
  fields: { ...SETTLED, ...fields },
  asOf,
})

export const linked = (over: Partial<Omit<LinkedRecord, 'match'>> = {}): LinkedRecord => ({
  match: 'linked',
  link: link(),
  delivered: delivered(),
  speaks: true,
  ...over,
})

/** The change of a decision; fails where there is none. */
export function changeOf(decision: Decision): PlannedChange {
  if (decision.kind !== 'change') throw new Error(`No change but ${JSON.stringify(decision)}`)
  return decision.change
}

/** What each field of a change becomes. */
export const writes = (decision: Decision): Record<string, unknown> =>
  Object.fromEntries(Object.entries(changeOf(decision).fields).map(([name, { to }]) => [name, to]))

export const field = (name: string, over: Partial<Field> = {}): Field => ({
  name,
  label: name,
  type: 'text',
  nativeType: over.type ?? 'string',
  writable: true,
  unique: false,
  ...over,
})

export const record = (
  remoteId: string,
  fields: RemoteRecord['fields'],
  createdAt: string | null = null,
): RemoteRecord => ({ remoteId, fields, createdAt: createdAt === null ? null : new Date(createdAt) })
