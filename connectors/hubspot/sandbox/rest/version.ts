/** A version of HubSpot's API: where its paths begin, and what it does in its own way. */
export interface Version {
  objects: string
  properties: string
  owners: string
  pipelines: string
  /** Who the account is. */
  account: string
  associations: string
  /** Where the associations of one record are made. */
  objectAssociations: string
  /** A batch of which a part failed answers 207; without, its `errors` alone tell. */
  multiStatus: boolean
  /** What admins require of a record binds an app too. */
  bindsRules: boolean
  /** The status of associations that were made in a batch. */
  associated: 200 | 201
  /** Whether the associations of one record have a path of their own to be read. */
  readsAssociationsOfOne: boolean
}

/** Version 3 of objects and version 4 of associations, which end in 2027. */
const NUMBERED: Version = {
  objects: '/crm/v3/objects',
  properties: '/crm/v3/properties',
  owners: '/crm/v3/owners',
  pipelines: '/crm/v3/pipelines',
  account: '/account-info/v3/details',
  associations: '/crm/v4/associations',
  objectAssociations: '/crm/v4/objects',
  multiStatus: true,
  bindsRules: false,
  associated: 201,
  readsAssociationsOfOne: true,
}

const DATED: Version = {
  objects: '/crm/objects/2026-09',
  properties: '/crm/properties/2026-09',
  owners: '/crm/owners/2026-09',
  pipelines: '/crm/pipelines/2026-09',
  account: '/account-info/2026-09/details',
  associations: '/crm/associations/2026-09',
  objectAssociations: '/crm/objects/2026-09',
  multiStatus: false,
  bindsRules: true,
  associated: 200,
  readsAssociationsOfOne: false,
}

/** Those that the sandbox speaks, all of them to the same records. */
export const VERSIONS: readonly Version[] = [NUMBERED, DATED]
