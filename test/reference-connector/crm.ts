import type { Fields, FieldValue } from '../../src/contract/fields.ts'
import type { CrmAccount } from '../../src/contract/index.ts'
import type { Notice } from '../../src/contract/notices.ts'
import type { Failure } from '../../src/contract/records.ts'

export interface CrmRecord {
  id: string
  object: string
  fields: Record<string, FieldValue>
  createdAt: number
  changedAt: number
  /** Ids of the records that it was made beside. */
  ties: readonly string[]
}

/** What one request meets instead of being served. */
export type Trouble =
  | { kind: 'fails'; failure: Failure; committed?: boolean }
  | { kind: 'throws'; error: Error }
  /** No answer comes until the request is aborted. */
  | { kind: 'hangs'; committed?: boolean }
  /** Results that break the contract. */
  | { kind: 'answers'; results: 'too_few' | 'foreign' }

export interface RequestSeen {
  kind: 'read' | 'write'
  what: string
  /** Records asked for or written. */
  size: number
}

/** A tiny CRM in memory: what it holds, what it was asked, and what goes wrong with it. */
export interface Crm {
  now: () => number
  /** Whose it is; null where it does not tell. */
  account: CrmAccount | null
  records: Map<string, CrmRecord>
  /** Old id → the record that it was merged into. */
  merged: Map<string, string>
  requests: RequestSeen[]
  /** Asked before every write, with its number from 1; and before every read. */
  beforeWrite: (batch: readonly { key: string; create: boolean }[], n: number) => Trouble | undefined
  beforeRead: (what: string) => Trouble | undefined
  /** Tasks, notes and events that were made. Its only guard against making one twice is to look, where it is told to. */
  made: Notice[]
  beforeNotify: (notices: readonly Notice[], n: number) => Trouble | undefined
  /** A notice that is refused. */
  refused: (notice: Notice) => Failure | undefined
  ownersGone: Set<string>
  /** As a portal without Sales Hub: `check` tells, and a lead is refused. */
  leadsUnavailable: boolean
  /** What its answers tell of its day; null where they tell nothing. */
  daily: { calls: number; left: number; timeZone: string } | null
  /** A record that is refused, with the CRM's reason. */
  poisoned: (fields: Fields) => Failure | undefined
  /** Most requests at once that were seen. */
  mostAtOnce: number
  /** What its answers tell of its clock. */
  clockAheadMs: number
  /** `ties`: a lead's contact and company, a contact's company. A lead without `lead_key` is one that people made. */
  add(fields: Record<string, FieldValue>, object?: string, ties?: readonly string[]): string
  /** A lead's end. */
  end(id: string, how: 'closed' | 'converted'): void
  merge(from: string, into: string): string
  remove(id: string): void
  find(id: string): CrmRecord | undefined
  all(object?: string): CrmRecord[]
  counts(kind: 'read' | 'write'): number
}

/** Crms by the name that a connector's config gives: the module may be loaded twice, the registry is one. */
const registry: Map<string, Crm> = Reflect.get(globalThis, Symbol.for('oql.reference-crms')) ?? new Map()
Reflect.set(globalThis, Symbol.for('oql.reference-crms'), registry)

export function crmCalled(name: string): Crm {
  const crm = registry.get(name)
  if (crm === undefined) throw new Error(`No reference CRM is called ${name}`)
  return crm
}

export function newCrm(name: string, now: () => number): Crm {
  let last = 0
  const crm: Crm = {
    now,
    account: { id: name, name: `Reference CRM ${name}` },
    records: new Map(),
    merged: new Map(),
    requests: [],
    beforeWrite: () => undefined,
    beforeRead: () => undefined,
    poisoned: () => undefined,
    made: [],
    beforeNotify: () => undefined,
    refused: () => undefined,
    ownersGone: new Set(),
    leadsUnavailable: false,
    daily: null,
    mostAtOnce: 0,
    clockAheadMs: 0,
    add(fields, object = 'companies', ties = []) {
      last++
      const id = `r${String(last).padStart(5, '0')}`
      crm.records.set(id, { id, object, fields, createdAt: crm.now(), changedAt: crm.now(), ties })
      return id
    },
    merge(from, into) {
      const [lost, kept] = [crm.records.get(from), crm.records.get(into)]
      if (lost === undefined || kept === undefined) throw new Error(`No such records: ${from}, ${into}`)
      const id = crm.add({ ...lost.fields, ...kept.fields }, kept.object)
      for (const old of [from, into]) {
        crm.records.delete(old)
        crm.merged.set(old, id)
      }
      return id
    },
    end(id, how) {
      const lead = crm.records.get(id)
      if (lead?.object !== 'leads') throw new Error(`No such lead: ${id}`)
      lead.fields = { ...lead.fields, state: how, closed_at: new Date(crm.now()).toISOString() }
      lead.changedAt = crm.now()
    },
    remove(id) {
      crm.records.delete(id)
    },
    find(id) {
      const record = crm.records.get(id)
      const next = crm.merged.get(id)
      return record ?? (next === undefined ? undefined : crm.find(next))
    },
    all: (object = 'companies') => [...crm.records.values()].filter(record => record.object === object),
    counts: kind => crm.requests.filter(request => request.kind === kind).length,
  }
  registry.set(name, crm)
  return crm
}
