import type { FieldMapping } from '../../config/mapping.ts'
import type { Account } from '../../domain/account.ts'
import type { Value } from '../../domain/mappable.ts'
import { type Delivered, PRIORITIES, type Priority } from '../../domain/planned-change.ts'
import type { ConnectorPlan } from '../connector-plan.ts'
import { type Difference, type Fill, isLargeEnough, isTrigger } from '../fields/difference.ts'

/** Why a write is worth its cost. */
export interface Worth {
  why: string
  priority: Priority
}

interface Findings {
  plan: ConnectorPlan
  account: Account
  delivered: Delivered | null
  differing: readonly Difference[]
  fills: readonly Fill[]
  stamp: Fill | null
}

/** The best reason to write a linked record now, or null: what differs then waits for a trigger or a refresh. */
export function worthOf(findings: Findings): Worth | null {
  const { plan, account, delivered, differing, stamp } = findings
  if (stamp !== null) return { why: stampReason(stamp), priority: PRIORITIES.create }
  const moved = stageMovedSince(account, delivered)
  if (isStageMove(findings, moved)) return { why: stageReason(findings), priority: PRIORITIES.stageChange }
  const triggers = differing.filter(d => isTrigger(d.line) && (moved || isLargeEnough(d)))
  if (triggers.length > 0) return { why: triggers.map(moveText).join(', '), priority: PRIORITIES.scoreMove }
  // Of a record that we never wrote all is due, whatever is written again or not later on.
  if (differing.length > 0 && (delivered?.asOf == null || isRefreshDue(plan, delivered))) {
    return { why: refreshReason(plan, delivered), priority: PRIORITIES.refresh }
  }
  return firstFill(findings)
}

/**
 * Whether the stage moved after the record was last written. Told by times, not by the direction of this run's step:
 * a run that could not deliver a move leaves it to the next one.
 */
const stageMovedSince = ({ stageSince }: Account, delivered: Delivered | null): boolean =>
  delivered?.asOf != null && delivered.asOf < stageSince

function isStageMove({ plan, differing }: Findings, moved: boolean): boolean {
  const lines = plan.mapping.fields.filter(line => isStage(line) && line.write === 'always')
  const counts = lines.length === 0 || lines.some(isTrigger)
  if (!counts || differing.length === 0) return false
  return moved || differing.some(({ line }) => isStage(line) && isTrigger(line))
}

const isStage = (line: FieldMapping): boolean => line.from === 'stage'

/** Never written by us, or not as far as we remember: what differs is due. */
export function isRefreshDue({ mapping, context }: ConnectorPlan, delivered: Delivered | null): boolean {
  if (mapping.refreshAfterMs === null) return false
  if (delivered?.asOf == null) return true
  return context.asOf.getTime() - delivered.asOf.getTime() >= mapping.refreshAfterMs
}

/** An empty field is filled on first sight; later it waits for the record's next write. */
function firstFill({ delivered, fills }: Findings): Worth | null {
  const empty = fills.filter(fill => fill.from === null)
  if (delivered?.asOf != null || empty.length === 0) return null
  return { why: `fills ${empty.map(fill => fill.field).join(', ')}`, priority: PRIORITIES.refresh }
}

const stampReason = ({ from }: Fill): string =>
  from === null ? 'first link' : `speaks for the record in place of ${from}`

function stageReason({ account, differing }: Findings): string {
  const shown = differing.find(({ line }) => isStage(line) && line.values === undefined)
  const before = shown?.from ?? account.previousStage
  return before === null ? `stage ${account.stage}` : `stage ${before} → ${account.stage}`
}

export const moveText = ({ line, from, to }: Difference): string =>
  `${line.from ?? line.to} ${text(from)} → ${text(to)}`

const text = (value: Value): string => (value === null ? 'none' : String(value))

export function refreshReason({ mapping }: ConnectorPlan, delivered: Delivered | null): string {
  if (delivered?.asOf == null || mapping.refreshAfterMs === null)
    return 'refresh: not known when last written'
  return `refresh after ${spanText(mapping.refreshAfterMs)}`
}

const MS_PER_HOUR = 3_600_000
const MS_PER_DAY = 24 * MS_PER_HOUR

/** As the config spells it, in the largest unit that divides it. */
function spanText(ms: number): string {
  if (ms % MS_PER_DAY === 0) return `${ms / MS_PER_DAY}d`
  if (ms % MS_PER_HOUR === 0) return `${ms / MS_PER_HOUR}h`
  return `${ms / 1_000}s`
}
