import type { Owner } from '../options.ts'
import { defaultAssociation } from '../portal/association-types.ts'
import { withLeadStage } from '../portal/check-write.ts'
import { closedStage, type LeadEnd } from '../portal/pipelines.ts'
import type { Portal, PortalObject } from '../portal/portal.ts'
import type { StoredRecord } from '../portal/stored-record.ts'
import { historyOf, recordValue, type Version } from '../portal/stored-record.ts'
import type { Counts } from './counters.ts'
import type { Fault, Poison, Telling } from './faults.ts'

/** What stands behind the API: a test looks and reaches in here, past tokens, limits and validation. */
export interface Control {
  counters(): Counts
  resetCounters(): void
  /** Live records; archived ones when asked for. */
  records(object: string, options?: { archived?: boolean }): SandboxRecord[]
  /** By its id, or one that was merged into it. Archived ones too. */
  record(object: string, id: string): SandboxRecord | undefined
  /**
   * As a person or another tool would make it, seen by search after the lag; `createdate` says when. Throws where a
   * property is unknown or a unique value taken; nothing else is checked.
   */
  insert(object: string, properties: Properties): SandboxRecord
  /** Many at once; the search index knows them from the beginning. */
  insertMany(object: string, records: readonly Properties[]): SandboxRecord[]
  /** As a person would change it. */
  update(object: string, id: string, properties: Properties): SandboxRecord
  archive(object: string, id: string): void
  /** As an admin brings back what was deleted: its id and values are the same. */
  restore(object: string, id: string): void
  /** The new record. */
  merge(object: string, primaryId: string, otherId: string): SandboxRecord
  /** Ties records as HubSpot does by default; both ends see it. */
  associate(from: string, to: string, pairs: readonly { from: string; to: string }[]): void
  /** Ids of the records of `to` that belong to this one, with the ids of the types. */
  associated(from: string, id: string, to: string): { id: string; types: number[] }[]
  /** As a person would end it. */
  closeLead(id: string, end: LeadEnd): SandboxRecord
  /** Owners that come, or that leave: `archived`. */
  addOwners(owners: readonly Owner[]): void
  /** The values of a property, newest first. */
  history(object: string, id: string, property: string): Version[]
  fault(fault: Fault): void
  poison(poison: Poison, telling?: Telling): void
  /** Ends all faults and poisons. */
  clearFaults(): void
  /** Moves the sandbox's clock: lag, limits and dates go by it. */
  advance(ms: number): void
}

type Properties = Readonly<Record<string, string>>

export interface SandboxRecord {
  id: string
  /** With `createdate`, `hs_lastmodifieddate` and `hs_object_id`. */
  properties: Record<string, string>
  archived: boolean
  mergedIds: readonly string[]
}

/** `saved` is called after each change, as the API does after each write. */
export function createControl(portal: Portal, saved: () => void): Control {
  const { clock, counters, faults } = portal
  const known = (object: PortalObject, id: string): StoredRecord => {
    const record = object.table.find(id)
    if (record === undefined) throw new Error(`the sandbox has no live ${object.type.singular} ${id}`)
    return record
  }
  const insert = (object: PortalObject, { createdate, ...properties }: Properties): StoredRecord => {
    const at = createdate === undefined ? clock.now() : new Date(createdate).getTime()
    if (Number.isNaN(at)) throw new Error(`createdate is no date: ${createdate}`)
    checkSeed(object, properties, null)
    return object.table.create(withLeadStage(object, properties), { at, source: 'CRM_UI' })
  }
  const saving = <T>(result: T): T => {
    saved()
    return result
  }
  return {
    counters: counters.counts,
    resetCounters: counters.reset,
    records: (named, { archived = false } = {}) =>
      [...portal.object(named).table.records()]
        .filter(one => (one.archivedAt !== null) === archived)
        .map(shown),
    record: (named, id) => {
      const record = portal.object(named).table.findAny(id)
      return record === undefined ? undefined : shown(record)
    },
    insert: (named, properties) => saving(shown(insert(portal.object(named), properties))),
    insertMany: (named, records) => {
      const object = portal.object(named)
      const made = records.map(properties => insert(object, properties))
      for (const record of made) object.index.reveal(record)
      return saving(made.map(shown))
    },
    update: (named, id, properties) => {
      const object = portal.object(named)
      const record = known(object, id)
      checkSeed(object, properties, record)
      return saving(shown(object.table.update(record, properties, { at: clock.now(), source: 'CRM_UI' })))
    },
    archive: (named, id) => {
      const object = portal.object(named)
      object.table.archive(known(object, id), clock.now())
      saved()
    },
    restore: (named, id) => {
      const { table } = portal.object(named)
      const record = table.findAny(id)
      if (record === undefined || record.archivedAt === null)
        throw new Error(`no ${named} ${id} was archived`)
      table.restore(record, clock.now())
      saved()
    },
    merge: (named, primaryId, otherId) => {
      const object = portal.object(named)
      return saving(shown(portal.merge(object, known(object, primaryId), known(object, otherId))))
    },
    associate: (from, to, pairs) => {
      const { from: one, to: other } = { from: portal.object(from), to: portal.object(to) }
      const type = defaultAssociation(one.type.name, other.type.name)
      if (type === undefined) throw new Error(`the sandbox ties no ${from} to ${to}`)
      for (const pair of pairs)
        portal.associations.add(type, known(one, pair.from).id, known(other, pair.to).id)
      saved()
    },
    associated: (from, id, to) => {
      const { table, type } = portal.object(from)
      const all = portal.associations.of(type.name, table.find(id)?.id ?? id, portal.object(to).type.name)
      return [...all].map(([other, types]) => ({ id: other, types: [...types] }))
    },
    closeLead: (id, end) => {
      const object = portal.object('leads')
      const stage = { hs_pipeline_stage: closedStage(end) }
      return saving(
        shown(object.table.update(known(object, id), stage, { at: clock.now(), source: 'CRM_UI' })),
      )
    },
    addOwners: portal.addOwners,
    history: (named, id, property) => historyOf(known(portal.object(named), id), property),
    fault: faults.add,
    poison: (poison, telling = 'usual') => faults.addPoison(poison, telling),
    clearFaults: faults.clear,
    advance: clock.advance,
  }
}

/** A slip in a test must not pass for a strange record. */
function checkSeed(
  { catalogue, table }: PortalObject,
  properties: Properties,
  record: StoredRecord | null,
): void {
  for (const [name, value] of Object.entries(properties)) {
    const property = catalogue.find(name)
    if (property === undefined) throw new Error(`the sandbox has no property ${name}`)
    const holder = property.hasUniqueValue && value !== '' ? table.holder(name, value) : undefined
    if (holder !== undefined && holder.id !== record?.id) {
      throw new Error(`${name} ${value} is taken by ${holder.id}`)
    }
  }
}

function shown(record: StoredRecord): SandboxRecord {
  const kept = ['createdate', 'hs_lastmodifieddate', 'hs_object_id'].map(name => [
    name,
    recordValue(record, name),
  ])
  return {
    id: record.id,
    properties: { ...record.properties, ...Object.fromEntries(kept) },
    archived: record.archivedAt !== null,
    mergedIds: record.mergedIds,
  }
}
