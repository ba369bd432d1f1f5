import type { Clock } from '../control/clock.ts'
import type { Counters } from '../control/counters.ts'
import type { Faults } from '../control/faults.ts'
import type { BatchErrors, ConditionalRule, Owner } from '../options.ts'
import { notFound } from '../rest/refusal.ts'
import { createSearch, type Search } from '../search/search.ts'
import { createSearchIndex, type SearchIndex } from '../search/search-index.ts'
import { associationType } from './association-types.ts'
import { type Associations, createAssociations } from './associations.ts'
import { type Catalogue, createCatalogue, type SavedCatalogue } from './catalogue.ts'
import { OBJECT_TYPES, type ObjectType, objectType } from './object-type.ts'
import { LEAD_PIPELINE } from './pipelines.ts'
import type { Property } from './property.ts'
import type { StoredRecord } from './stored-record.ts'
import { createTable, type Table } from './table.ts'

/** A HubSpot account: everything that requests look at and change. */
export interface Portal {
  settings: PortalSettings
  clock: Clock
  counters: Counters
  faults: Faults
  associations: Associations
  /** By any of its names; throws a refusal for one that is not there. */
  object(named: string): PortalObject
  objects(): PortalObject[]
  /** Who owns records, those who left too. */
  owners(): readonly Owner[]
  /** Owners come and go; one with an id that is there takes its place. */
  addOwners(owners: readonly Owner[]): void
  /** What the external options of a property are. */
  allowed(property: Property): ReadonlySet<string> | undefined
  /** Makes one record of two. */
  merge(object: PortalObject, primary: StoredRecord, other: StoredRecord): StoredRecord
  /** Ids whose records changed since the last call, to be written to a file. */
  takeChanges(): Map<PortalObject, ReadonlySet<string>>
  nextId(): number
}

export interface PortalSettings {
  portalId: number
  salesHub: boolean
  timeZone: string
  requiredProperties: Readonly<Record<string, readonly string[]>>
  conditionalProperties: Readonly<Record<string, readonly ConditionalRule[]>>
  batchErrors: BatchErrors
  companiesOfContacts: boolean
  searchLagMs: number
}

export interface PortalObject {
  /** Of the account that it is in. */
  portalId: number
  type: ObjectType
  table: Table
  catalogue: Catalogue
  index: SearchIndex
  search: Search
}

/** What a file kept of an earlier sandbox. */
export interface Saved {
  nextId: number
  objects: Readonly<Record<string, SavedObject>>
  associations: readonly (readonly [number, string, string])[]
}

interface SavedObject {
  catalogue: SavedCatalogue
  records: readonly StoredRecord[]
  aliases: readonly (readonly [string, string])[]
}

/** Ids grow a digit early, so that whoever sorts them as text is found out. */
const FIRST_ID = 9_990

export function createPortal(
  settings: PortalSettings,
  tools: { clock: Clock; counters: Counters; faults: Faults },
  firstOwners: readonly Owner[],
  saved: Saved | null,
): Portal {
  let nextId = saved?.nextId ?? FIRST_ID
  let changed = new Map<string, Set<string>>()
  const associations = createAssociations()

  const open = (type: ObjectType): PortalObject => {
    const kept = saved?.objects[type.name]
    const index = createSearchIndex(settings.searchLagMs)
    const catalogue = createCatalogue(type, tools.clock.now(), kept?.catalogue)
    const table = createTable({
      nextId: () => String(nextId++),
      changed: (id, record, at) => {
        index.publish(id, record, at)
        const ids = changed.get(type.name)
        if (ids === undefined) changed.set(type.name, new Set([id]))
        else ids.add(id)
      },
    })
    for (const property of [...catalogue.all(false), ...catalogue.all(true)]) {
      if (property.hasUniqueValue) table.keepUnique(property.name)
    }
    if (kept !== undefined) table.load(kept.records, kept.aliases)
    const search = createSearch(type, catalogue, index)
    return { portalId: settings.portalId, type, table, catalogue, index, search }
  }
  const objects = new Map(OBJECT_TYPES.map(type => [type.name, open(type)]))
  for (const [id, from, to] of saved?.associations ?? []) {
    const type = associationType(id)
    if (type !== undefined) associations.add(type, from, to)
  }
  changed = new Map()

  const owners = new Map(firstOwners.map(owner => [owner.id, owner]))
  return {
    settings,
    ...tools,
    associations,
    object: named => {
      const object = objects.get(objectType(named, settings.salesHub).name)
      if (object === undefined) throw notFound()
      return object
    },
    objects: () => [...objects.values()],
    owners: () => [...owners.values()],
    addOwners: added => {
      for (const owner of added) owners.set(owner.id, owner)
    },
    allowed: property => {
      if (property.name === 'hubspot_owner_id') return activeIds(owners.values())
      if (property.name === 'hs_pipeline') return LEAD_PIPELINES
      return property.name === 'hs_pipeline_stage' ? LEAD_STAGES : undefined
    },
    merge: (object, primary, other) => {
      const write = { at: tools.clock.now(), source: 'CRM_UI' } as const
      const merged = object.table.merge(primary, other, write)
      for (const { id } of [primary, other]) associations.move(object.type.name, id, merged.id)
      return merged
    },
    takeChanges: () => {
      const taken = [...objects.values()].flatMap(object => {
        const ids = changed.get(object.type.name)
        return ids === undefined ? [] : [[object, ids] as const]
      })
      changed = new Map()
      return new Map(taken)
    },
    nextId: () => nextId,
  }
}

const activeIds = (owners: Iterable<Owner>): ReadonlySet<string> =>
  new Set([...owners].flatMap(({ id, archived }) => (archived ? [] : [id])))

const LEAD_PIPELINES: ReadonlySet<string> = new Set([LEAD_PIPELINE.id])
const LEAD_STAGES: ReadonlySet<string> = new Set(LEAD_PIPELINE.stages.map(stage => stage.id))
