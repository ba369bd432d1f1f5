import type { FieldMapping, Mapping } from '../../config/mapping.ts'
import type { Capabilities } from '../../contract/connector.ts'
import type { Field, Fields } from '../../contract/fields.ts'
import type { Value } from '../../domain/mappable.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { sameValue } from '../fields/field-value.ts'

/** What undoing for one connector goes by. */
export interface RevertPlan {
  /** The run to undo. */
  runId: string
  mapping: Mapping
  capabilities: Pick<Capabilities, 'key' | 'nameFields' | 'leads' | 'contacts'>
  /** The CRM's fields of the record's object. */
  fields: ReadonlyMap<string, Pick<Field, 'type' | 'writable'>>
}

/** A field that stays as it is, because it holds something else than the run wrote, or can't be put back. */
export interface FieldLeftAlone {
  field: string
  wrote: Value
  /** Undefined where the CRM has no such field any more. */
  holds: Value | undefined
}

export interface RevertOfRecord {
  /** Null where nothing is to be put back. */
  change: PlannedChange | null
  /** What holds already what it held before the run. */
  back: Fields
  leftAlone: readonly FieldLeftAlone[]
}

/**
 * What puts a record's fields back to what they were before a run wrote them.
 * @param written the change as the run delivered it
 * @param record what the CRM holds of it now
 */
export function planRevert(
  plan: RevertPlan,
  written: PlannedChange,
  record: { remoteId: string; fields: Fields },
): RevertOfRecord {
  const { nameFields } = madeOf(plan, written)
  const fields: Record<string, { from: Value; to: Value }> = {}
  const back: Fields = {}
  const leftAlone: FieldLeftAlone[] = []
  for (const { field, before, wrote, isSure } of fieldsToPutBack(plan, written)) {
    const described = plan.fields.get(field)
    const holds = record.fields[field] ?? null
    if (described === undefined) leftAlone.push({ field, wrote, holds: undefined })
    else if (sameValue(described.type, holds, before)) back[field] = holds
    else if (!sameValue(described.type, holds, wrote)) {
      if (isSure) leftAlone.push({ field, wrote, holds })
    } else if (described.writable && (before !== null || !nameFields.includes(field)))
      fields[field] = { from: holds, to: before }
    else leftAlone.push({ field, wrote, holds })
  }
  const change = Object.keys(fields).length === 0 ? null : changeOf(plan, written, record.remoteId, fields)
  return { change, back, leftAlone }
}

interface FieldToPutBack {
  field: string
  before: Value
  wrote: Value
  /** Whether the run surely wrote it: a field for empty records alone it may have found filled. */
  isSure: boolean
}

function fieldsToPutBack(plan: RevertPlan, written: PlannedChange): FieldToPutBack[] {
  const ours = written.action === 'create' ? clearedOfCreated(plan, written) : null
  return Object.entries(written.fields).flatMap(([field, { from, to }]) => {
    if (ours !== null) return ours.has(field) ? [{ field, before: null, wrote: to, isSure: true }] : []
    const ifEmpty = written.ifEmpty.includes(field)
    // It was filled as far as we knew: then it was not written.
    if (ifEmpty && from !== null) return []
    return [{ field, before: from, wrote: to, isSure: !ifEmpty }]
  })
}

/**
 * Of a record that the run made, only what we write `always` is cleared: what is written once is people's from then on,
 * and may be in use. The key stays too: the record is still the account's, and without it a lost state, or a create that
 * is sent again, would make a second one.
 */
function clearedOfCreated(plan: RevertPlan, written: PlannedChange): ReadonlySet<string> {
  const { lines, kept, nameFields } = madeOf(plan, written)
  const stays = new Set([...kept, ...nameFields])
  return new Set(lines.filter(line => line.write === 'always' && !stays.has(line.to)).map(line => line.to))
}

/** What the mapping writes to a record, what it must have, and what it is found by. */
function madeOf(
  { mapping, capabilities }: RevertPlan,
  { kind, object }: PlannedChange,
): { lines: readonly FieldMapping[]; nameFields: readonly string[]; kept: readonly (string | undefined)[] } {
  const { leads, contacts, key, nameFields } = capabilities
  switch (kind) {
    case 'account':
      return {
        lines: mapping.fields,
        nameFields: nameFields[object] ?? [],
        kept: [mapping.match.by, key[object]],
      }
    case 'lead':
      return { lines: mapping.leads?.fields ?? [], nameFields: leads?.nameFields ?? [], kept: [leads?.key] }
    case 'contact':
      return {
        lines: mapping.people?.fields ?? [],
        nameFields: contacts?.nameFields ?? [],
        kept: [contacts?.email, contacts?.account],
      }
  }
}

const changeOf = (
  { runId }: RevertPlan,
  { connector, kind, key, domain, object, action, priority }: PlannedChange,
  remoteId: string,
  fields: PlannedChange['fields'],
): PlannedChange => ({
  connector,
  kind,
  key,
  domain,
  object,
  remoteId,
  action: 'update',
  fields,
  ifEmpty: [],
  associate: [],
  why:
    action === 'create'
      ? `clears what run ${runId} wrote; the record that it made stays`
      : `puts back what stood there before run ${runId}`,
  priority,
})
