import nock from 'nock'
import { pino } from 'pino'
import connector from '../../../connectors/salesforce/index.ts'
import type { Call, Query, RemoteRecord, Session } from '../../../src/contract/index.ts'

export const LOGIN = 'https://acme.my.salesforce.test'
export const INSTANCE = 'https://acme-instance.salesforce.test'
export const SECRET = 'very-secret-client-secret'
export const TOKEN = '00Dxx!first.access.token'
export const USER = '005xx0000012345AAA'
export const ORG = '00Dxx0000001gERAAY'
export const NOW = new Date('2026-11-24T12:00:00Z')
export const DATA = '/services/data/v68.0'

const auth = { type: 'client_credentials', client_id: 'app', client_secret: SECRET } as const

/** An org whose answers a test records. Anything that is not recorded fails the test. */
export const org = (token = TOKEN): nock.Scope =>
  nock(INSTANCE, { reqheaders: { authorization: `Bearer ${token}` } })

export function withToken(token = TOKEN, times = 1): nock.Scope {
  return nock(LOGIN).post('/services/oauth2/token').times(times).reply(200, tokenAnswer(token))
}

export const tokenAnswer = (token: string) => ({
  access_token: token,
  instance_url: INSTANCE,
  id: `${LOGIN}/id/${ORG}/${USER}`,
  token_type: 'Bearer',
})

export function openSession(more: object = {}): Promise<Session> {
  const config = connector.config.parse({ login_url: LOGIN, auth, ...more })
  return connector.open(config, { log: pino({ enabled: false }), now: () => NOW, secret: () => undefined })
}

export interface Counted extends Call {
  sent: string[]
  dryRun: boolean
}

/** The core's side of a call, without its pacing and retries: it counts. */
export function countedCall(options: { signal?: AbortSignal; dryRun?: boolean } = {}): Counted {
  const sent: string[] = []
  const signal = options.signal ?? new AbortController().signal
  return {
    signal,
    sent,
    dryRun: options.dryRun ?? false,
    request: ({ kind }, send) => {
      sent.push(kind)
      return send(signal)
    },
  }
}

export const readAll = (
  session: Session,
  query: Query,
  fields: string[],
  call: Call = countedCall(),
): Promise<RemoteRecord[]> => Array.fromAsync(session.read(query, fields, call))

/** Answers queries by what they say; `soql` collects them. */
export function answersQuery(
  path: 'query' | 'queryAll',
  records: object[],
  options: { token?: string; more?: object } = {},
): string[] {
  const soql: string[] = []
  org(options.token)
    .get(`${DATA}/${path}`)
    .query(query => {
      soql.push(String(query.q))
      return true
    })
    .reply(200, { totalSize: records.length, done: true, records, ...options.more })
  return soql
}

export const account = (id: string, fields: object = {}) => ({
  attributes: { type: 'Account', url: `${DATA}/sobjects/Account/${id}` },
  Id: id,
  CreatedDate: '2026-01-02T03:04:05.000+0000',
  ...fields,
})

/** An 18 character id that ends in `n`. */
export const id = (prefix: string, n: number): string => `${prefix}xx00000${String(n).padStart(5, '0')}AAA`

export const field = (name: string, type: string, more: object = {}) => ({
  name,
  label: name,
  type,
  length: 0,
  createable: true,
  updateable: true,
  nillable: true,
  ...more,
})

export const described = (name: string, fields: object[], more: object = {}) => ({
  name,
  createable: true,
  updateable: true,
  queryable: true,
  fields,
  ...more,
})

export const error = (errorCode: string, message = 'in Salesforce words', more: object = {}) => [
  { errorCode, message, ...more },
]
