/** The version of HubSpot's API that all of our calls speak; another one is another date here. */
const VERSION = '2026-09'

const under = (area: string, ...parts: readonly string[]): string =>
  `/crm/${[area, VERSION, ...parts.map(encodeURIComponent)].join('/')}`

/** Every path that we ask, and no other file knows one. */
export const paths = {
  objects: (object: string) => under('objects', object),
  object: (object: string, id: string) => under('objects', object, id),
  search: (object: string) => under('objects', object, 'search'),
  batch: (object: string, what: 'create' | 'read' | 'update' | 'upsert') =>
    under('objects', object, 'batch', what),
  properties: (object: string) => under('properties', object),
  property: (object: string, name: string) => under('properties', object, name),
  groups: (object: string) => under('properties', object, 'groups'),
  associated: (from: string, to: string) => under('associations', from, to, 'batch', 'read'),
  labels: (from: string, to: string) => under('associations', from, to, 'labels'),
  pipelines: (object: string) => under('pipelines', object),
  owners: under('owners'),
  account: `/account-info/${VERSION}/details`,
  /** What a token may do. HubSpot gives it no version. */
  token: '/oauth/v2/private-apps/get/access-token-info',
} as const
