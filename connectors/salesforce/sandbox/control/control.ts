import type { Tokens } from '../oauth/tokens.ts'
import type { DuplicateRule } from '../options.ts'
import { parseId } from '../org/id.ts'
import type { Limiter } from '../org/limiter.ts'
import { merge } from '../org/merge.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org, PublishedEvent } from '../org/org.ts'
import type { FieldAccess } from '../org/permissions.ts'
import { type FlatFields, isDeleted, type StoredRecord } from '../org/stored-record.ts'
import { layoutFields } from '../rest/layout.ts'
import { markDeleted, markRestored } from '../write/write.ts'
import type { Counts } from './counters.ts'
import type { Fault, Poison } from './faults.ts'
import { reseed, seed } from './seed.ts'

/** What stands behind the API: a test looks and reaches in here, past tokens, limits and rules. */
export interface Control {
  counters(): Counts
  resetCounters(): void
  /** Live records; deleted ones when asked for. */
  records(object: string, options?: { deleted?: boolean }): SandboxRecord[]
  /** Deleted ones too. */
  record(object: string, id: string): SandboxRecord | undefined
  /** As a person or another tool would make it; `CreatedDate` says when. Throws where a field is unknown or a unique value taken. */
  insert(object: string, fields: FlatFields): SandboxRecord
  insertMany(object: string, records: readonly FlatFields[]): SandboxRecord[]
  /** As a person would change it. */
  update(object: string, id: string, fields: FlatFields): SandboxRecord
  delete(object: string, id: string): void
  /** As an admin takes it out of the recycle bin: its id and values are the same. */
  restore(object: string, id: string): void
  /** The survivor; the other is deleted, and its `MasterRecordId` tells. */
  merge(object: string, primaryId: string, otherId: string): SandboxRecord
  /** To an account that is there, or to a new one of the lead's company; its tasks go along. The account's id. */
  convertLead(id: string, accountId?: string): string
  /** Platform events, oldest first. */
  events(object?: string): PublishedEvent[]
  /** The next so many writes of the record find it locked. */
  lock(id: string, times?: number): void
  duplicateRule(rule: DuplicateRule): void
  /** The next ingest job fails in the middle: the rows after so many stay unprocessed. */
  stopJob(afterRows: number): void
  /** A query with more patterns (`LIKE`) than these is too complicated from now on, as in an org with many records. */
  allowPatterns(most: number): void
  /** Above all permission sets, for everybody; null ends it. */
  fieldAccess(object: string, field: string, access: FieldAccess | null): void
  putOnLayout(object: string, field: string): void
  /** Every session ends. */
  expireTokens(): void
  /** As if others had made so many calls just now. */
  useCalls(calls: number): void
  fault(fault: Fault): void
  poison(poison: Poison): void
  /** Ends all faults, poisons and locks. */
  clearFaults(): void
  /** Moves the sandbox's clock: tokens, jobs, limits and dates go by it. */
  advance(ms: number): void
  /** The sandbox's clock. */
  now(): Date
}

export interface SandboxRecord {
  id: string
  /** What is set; `Id` and the system's fields too. */
  fields: FlatFields
  deleted: boolean
}

export interface ControlParts {
  org: Org
  tokens: Tokens
  limiter: Limiter
  /** Called after whatever changed something. */
  saved: () => void
}

export function createControl(parts: ControlParts): Control {
  const { org, tokens, limiter } = parts
  return {
    ...recordControl(parts),
    counters: org.counters.counts,
    resetCounters: org.counters.reset,
    events: object => org.events.filter(event => object === undefined || event.object === object),
    lock: (id, times = 1) => {
      org.locks.set(parseId(id) ?? id, times)
    },
    duplicateRule: rule => {
      org.duplicateRules.push(rule)
    },
    stopJob: afterRows => {
      org.stopJobAfter = afterRows
    },
    allowPatterns: most => {
      org.mostPatterns = most
    },
    fieldAccess: org.permissions.override,
    putOnLayout: (object, field) => {
      layoutFields(org, objectNamed(org, object)).add(field)
      parts.saved()
    },
    expireTokens: tokens.expireAll,
    useCalls: limiter.use,
    fault: org.faults.add,
    poison: org.faults.addPoison,
    clearFaults: () => {
      org.faults.clear()
      org.locks.clear()
    },
    advance: org.clock.advance,
    now: () => new Date(org.clock.now()),
  }
}

type RecordControl = Pick<
  Control,
  'records' | 'record' | 'insert' | 'insertMany' | 'update' | 'delete' | 'restore' | 'merge' | 'convertLead'
>

function recordControl({ org, saved }: ControlParts): RecordControl {
  const seeder = org.users[0]?.id ?? ''
  const saving = <T>(result: T): T => {
    saved()
    return result
  }
  const make = (object: string, fields: FlatFields) =>
    shown(seed(org, objectNamed(org, object), fields, seeder))
  return {
    records: (object, { deleted = false } = {}) =>
      [...org.table(objectNamed(org, object).name).all()]
        .filter(one => isDeleted(one) === deleted)
        .map(shown),
    record: (object, id) => {
      const record = org.table(objectNamed(org, object).name).get(parseId(id) ?? id)
      return record && shown(record)
    },
    insert: (object, fields) => saving(make(object, fields)),
    insertMany: (object, records) => saving(records.map(fields => make(object, fields))),
    update: (object, id, fields) => {
      return saving(shown(reseed(org, objectNamed(org, object), live(org, object, id), fields)))
    },
    delete: (object, id) => saving(markDeleted(org, objectNamed(org, object).name, live(org, object, id))),
    restore: (object, id) => {
      const { name } = objectNamed(org, object)
      const record = org.table(name).get(parseId(id) ?? id)
      if (record === undefined || !isDeleted(record)) throw new Error(`no ${object} ${id} was deleted`)
      saving(markRestored(org, name, record))
    },
    merge: (object, primaryId, otherId) => {
      merge(org, objectNamed(org, object).name, live(org, object, primaryId), live(org, object, otherId))
      return saving(shown(live(org, object, primaryId)))
    },
    convertLead: (id, accountId) => {
      const lead = live(org, 'Lead', id)
      const to = accountId ?? make('Account', { Name: lead.values.Company ?? null }).id
      const ConvertedDate = new Date(org.clock.now()).toISOString().slice(0, 10)
      const converted = {
        IsConverted: true,
        ConvertedAccountId: to,
        ConvertedDate,
        Status: 'Closed - Converted',
      }
      reseed(org, objectNamed(org, 'Lead'), lead, converted)
      for (const task of [...org.table('Task').all()]) {
        if (task.values.WhoId !== lead.id || isDeleted(task)) continue
        reseed(org, objectNamed(org, 'Task'), task, { WhoId: null, WhatId: to })
      }
      return saving(to)
    },
  }
}

function objectNamed(org: Org, name: string): ObjectType {
  const object = org.catalogue.find(name)
  if (object === undefined) throw new Error(`the sandbox has no object ${name}`)
  return object
}

function live(org: Org, object: string, id: string): StoredRecord {
  const record = org.table(objectNamed(org, object).name).get(parseId(id) ?? id)
  if (record === undefined || isDeleted(record)) throw new Error(`the sandbox has no live ${object} ${id}`)
  return record
}

function shown(record: StoredRecord): SandboxRecord {
  return { id: record.id, fields: { ...record.values }, deleted: isDeleted(record) }
}
