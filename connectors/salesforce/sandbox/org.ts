import { type Catalogue, createCatalogue } from './catalogue.ts'
import type { Clock } from './clock.ts'
import type { Counters } from './counters.ts'
import type { Faults } from './faults.ts'
import { makeId } from './id.ts'
import type { ObjectType } from './object-type.ts'
import type { DuplicateRule, SandboxUser } from './options.ts'
import { createPermissions, type Permissions } from './permissions.ts'
import type { FlatFields, StoredRecord } from './stored-record.ts'
import { createTable, type Table } from './table.ts'

/** A Salesforce org: everything that requests look at and change. */
export interface Org {
  settings: OrgSettings
  clock: Clock
  counters: Counters
  faults: Faults
  catalogue: Catalogue
  permissions: Permissions
  id: string
  table(object: string): Table
  newId(keyPrefix: string): string
  users: readonly SandboxUser[]
  /** Record id → how many writes still find it locked. */
  locks: Map<string, number>
  duplicateRules: DuplicateRule[]
  /** The next ingest job fails after so many rows. */
  stopJobAfter: number | null
  events: PublishedEvent[]
  /** Object → fields that its page layout shows. */
  layouts: Map<string, Set<string>>
  /** Undoes all that `work` wrote unless `keep` of what it returns. */
  attempt<T>(work: () => T, keep: (result: T) => boolean): T
  /** What has changed since the last call, to be written to a file: object → ids. */
  takeChanges(): ReadonlyMap<string, ReadonlySet<string>>
  nextId(): number
}

export interface OrgSettings {
  personAccounts: boolean
  /** Object → id of the user that records are given to. */
  assignmentRules: Readonly<Record<string, string>>
  duplicateRules: readonly DuplicateRule[]
  activityKeys: boolean
  hourlyEvents: number
  users: readonly SandboxUser[]
}

export interface PublishedEvent {
  object: string
  fields: FlatFields
  at: number
}

/** What a file kept of an earlier sandbox. */
export interface Saved {
  nextId: number
  objects: readonly ObjectType[]
  layouts: Readonly<Record<string, readonly string[]>>
  records: readonly { object: string; values: FlatFields }[]
}

export const ORGANISATION_ID = '00D5g00000SbxOrEAJ'
const FIRST_ID = 3_900

interface Undo {
  object: string
  id: string
  before: StoredRecord | undefined
}

export function createOrg(
  settings: OrgSettings,
  tools: { clock: Clock; counters: Counters; faults: Faults },
  saved: Saved | null,
): Org {
  const catalogue = createCatalogue(settings, saved?.objects)
  const tables = new Map<string, Table>()
  let changes = new Map<string, Set<string>>()
  let journal: Undo[] | null = null
  let nextId = saved?.nextId ?? FIRST_ID

  const table = (object: string): Table => {
    const there = tables.get(object)
    if (there !== undefined) return there
    const made = createTable((id, before) => {
      journal?.push({ object, id, before })
      const ids = changes.get(object)
      if (ids === undefined) changes.set(object, new Set([id]))
      else ids.add(id)
    })
    tables.set(object, made)
    return made
  }
  const undo = (entries: readonly Undo[]) => {
    for (const { object, id, before } of entries.toReversed()) {
      if (before === undefined) table(object).drop(id)
      else table(object).put(before)
    }
  }
  const org: Org = {
    settings,
    ...tools,
    catalogue,
    permissions: createPermissions(catalogue, table),
    id: ORGANISATION_ID,
    table,
    newId: keyPrefix => makeId(keyPrefix, nextId++),
    users: settings.users,
    locks: new Map(),
    duplicateRules: [...settings.duplicateRules],
    stopJobAfter: null,
    events: [],
    layouts: new Map(Object.entries(saved?.layouts ?? {}).map(([name, fields]) => [name, new Set(fields)])),
    attempt: (work, keep) => {
      const outer = journal
      const mine: Undo[] = []
      journal = mine
      try {
        const result = work()
        journal = outer
        if (keep(result)) outer?.push(...mine)
        else undo(mine)
        return result
      } finally {
        journal = outer
      }
    },
    takeChanges: () => {
      const taken = changes
      changes = new Map()
      return taken
    },
    nextId: () => nextId,
  }
  for (const { object, values } of saved?.records ?? []) table(object).put({ id: String(values.Id), values })
  org.takeChanges()
  return org
}
