import type { Clock } from '../control/clock.ts'
import type { Counters } from '../control/counters.ts'
import type { Faults } from '../control/faults.ts'
import type { Xml } from '../metadata/xml.ts'
import type { DuplicateRule, SandboxQueue, SandboxUser } from '../options.ts'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { makeId } from './id.ts'
import type { ObjectType } from './object-type.ts'
import { createPermissions, type Permissions } from './permissions.ts'
import type { FlatFields } from './stored-record.ts'
import { createTables, type Tables } from './tables.ts'

/** A Salesforce org: everything that requests look at and change. */
export interface Org extends Tables {
  settings: OrgSettings
  clock: Clock
  counters: Counters
  faults: Faults
  catalogue: Catalogue
  permissions: Permissions
  id: string
  newId(keyPrefix: string): string
  users: readonly SandboxUser[]
  /** Record id → how many writes still find it locked. */
  locks: Map<string, number>
  duplicateRules: DuplicateRule[]
  /** The next ingest job fails after so many rows. */
  stopJobAfter: number | null
  /** More patterns in one query are too complicated; null takes any number. */
  mostPatterns: number | null
  events: PublishedEvent[]
  /** Object → fields that its page layout shows. */
  layouts: Map<string, Set<string>>
  /** List views, with their labels. */
  listViews: Map<string, string>
  /** Layouts beside the assigned ones. */
  otherLayouts: Set<string>
  /** What became of each deployment. */
  deployments: Map<string, Xml>
  nextId(): number
}

export interface OrgSettings {
  id: string
  personAccounts: boolean
  newestVersion: number
  /** Object → id of the user that records are given to. */
  assignmentRules: Readonly<Record<string, string>>
  duplicateRules: readonly DuplicateRule[]
  activityKeys: boolean
  hourlyEvents: number
  users: readonly SandboxUser[]
  queues: readonly SandboxQueue[]
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

const FIRST_ID = 3_900

export function createOrg(
  settings: OrgSettings,
  tools: { clock: Clock; counters: Counters; faults: Faults },
  saved: Saved | null,
): Org {
  const catalogue = createCatalogue(settings, saved?.objects)
  const tables = createTables()
  let nextId = saved?.nextId ?? FIRST_ID
  const org: Org = {
    settings,
    ...tools,
    ...tables,
    catalogue,
    permissions: createPermissions(catalogue, tables.table),
    id: settings.id,
    newId: keyPrefix => makeId(keyPrefix, nextId++),
    users: settings.users,
    locks: new Map(),
    duplicateRules: [...settings.duplicateRules],
    stopJobAfter: null,
    mostPatterns: null,
    events: [],
    layouts: new Map(Object.entries(saved?.layouts ?? {}).map(([name, fields]) => [name, new Set(fields)])),
    listViews: new Map(),
    otherLayouts: new Set(),
    deployments: new Map(),
    nextId: () => nextId,
  }
  for (const { object, values } of saved?.records ?? [])
    org.table(object).put({ id: String(values.Id), values })
  org.takeChanges()
  return org
}
