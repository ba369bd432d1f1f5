import nock from 'nock'
import { pino } from 'pino'
import connector from '../../../connectors/hubspot/index.ts'
import type { Call, Query, RemoteRecord, Session } from '../../../src/contract/index.ts'

export const TOKEN = 'pat-eu1-0000-secret'
const URL = 'https://hubspot.test'
export const NOW = new Date('2026-11-24T12:00:00Z')

/** A portal whose answers a test records. Anything that is not recorded fails the test. */
export function portal(): nock.Scope {
  return nock(URL, { reqheaders: { authorization: `Bearer ${TOKEN}` } })
}

export function openSession(): Promise<Session> {
  return connector.open(
    { token: TOKEN, base_url: URL },
    { log: pino({ enabled: false }), now: () => NOW, secret: () => undefined },
  )
}

export interface Counted extends Call {
  sent: { kind: string; lane: string | undefined }[]
  dryRun: boolean
}

/** The core's side of a call, without its pacing and retries: it counts. */
export function countedCall(options: { signal?: AbortSignal; dryRun?: boolean } = {}): Counted {
  const sent: Counted['sent'] = []
  const signal = options.signal ?? new AbortController().signal
  return {
    signal,
    sent,
    dryRun: options.dryRun ?? false,
    request: (what, send) => {
      sent.push({ kind: what.kind, lane: what.lane })
      return send(signal)
    },
  }
}

export async function readAll(
  session: Session,
  query: Query,
  fields: string[],
  call: Call = countedCall(),
): Promise<RemoteRecord[]> {
  return Array.fromAsync(session.read(query, fields, call))
}

const COMPANY = '/crm/objects/2026-09/companies'
export const paths = {
  list: COMPANY,
  search: `${COMPANY}/search`,
  batchRead: `${COMPANY}/batch/read`,
  batchUpdate: `${COMPANY}/batch/update`,
  batchUpsert: `${COMPANY}/batch/upsert`,
  properties: '/crm/properties/2026-09/companies',
  groups: '/crm/properties/2026-09/companies/groups',
  account: '/account-info/2026-09/details',
  scopes: '/oauth/v2/private-apps/get/access-token-info',
} as const

export interface RawProperty {
  name: string
  type: string
  fieldType: string
  [more: string]: unknown
}

export const property = (name: string, type: string, fieldType: string, more: object = {}): RawProperty => ({
  name,
  label: name,
  description: '',
  groupName: 'companyinformation',
  type,
  fieldType,
  options: [],
  hasUniqueValue: false,
  ...more,
})

export const PROPERTIES: RawProperty[] = [
  property('name', 'string', 'text'),
  property('domain', 'string', 'text'),
  property('oql_domain', 'string', 'text', { hasUniqueValue: true }),
  property('oql_stage', 'enumeration', 'select', {
    options: [
      { label: 'Interest', value: 'interest', displayOrder: 0, hidden: false },
      { label: 'Theirs', value: 'theirs', displayOrder: 1, hidden: true, description: 'made by sales' },
    ],
  }),
  property('oql_score', 'number', 'number'),
  property('oql_stage_since', 'date', 'date'),
  property('oql_seen_at', 'datetime', 'date'),
  property('is_customer', 'bool', 'booleancheckbox'),
  property('hubspot_owner_id', 'enumeration', 'select', { externalOptions: true }),
  property('hs_object_id', 'number', 'number', { modificationMetadata: { readOnlyValue: true } }),
]

export function withProperties(scope: nock.Scope, properties: RawProperty[] = PROPERTIES): void {
  scope.get(paths.properties).query({ archived: 'false' }).reply(200, { results: properties })
}

export const record = (id: string, properties: Record<string, string | null> = {}, more: object = {}) => ({
  id,
  properties: { hs_object_id: id, ...properties },
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
  archived: false,
  ...more,
})

export const complete = (results: object[], more: object = {}) => ({
  status: 'COMPLETE',
  results,
  startedAt: '2026-11-24T12:00:00.000Z',
  completedAt: '2026-11-24T12:00:00.100Z',
  ...more,
})

export const validationError = (message: string, more: object = {}) => ({
  status: 'error',
  message,
  correlationId: 'corr-1',
  category: 'VALIDATION_ERROR',
  ...more,
})
