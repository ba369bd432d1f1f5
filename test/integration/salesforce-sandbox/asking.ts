import { generateKeyPairSync, sign } from 'node:crypto'
import jsforce, { type Connection } from 'jsforce'
import {
  createSalesforceSandbox,
  type SalesforceSandbox,
  type SalesforceSandboxOptions,
} from '../../../connectors/salesforce/sandbox/index.ts'

const VERSION = '68.0'
export const DATA = `/services/data/v${VERSION}`

export interface Asking {
  sandbox: SalesforceSandbox
  /** Logged in by client credentials. */
  connection: Connection
}

/** A sandbox and real jsforce that is logged in to it. */
export async function start(options: SalesforceSandboxOptions = {}): Promise<Asking> {
  const sandbox = await createSalesforceSandbox(options)
  return { sandbox, connection: await login(sandbox) }
}

export async function login(sandbox: SalesforceSandbox): Promise<Connection> {
  const connection = connectionTo(sandbox)
  await connection.authorize({ grant_type: 'client_credentials' })
  return connection
}

export function connectionTo({ url, credentials }: SalesforceSandbox): Connection {
  const { clientId, clientSecret } = credentials
  return new jsforce.Connection({
    version: VERSION,
    loginUrl: url,
    instanceUrl: url,
    oauth2: { loginUrl: url, clientId, clientSecret },
  })
}

/** A call as it goes over the wire, for answers that jsforce does not show. */
export async function ask(
  { sandbox, connection }: Asking,
  method: string,
  path: string,
  more: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; body: unknown; text: string }> {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      authorization: `Bearer ${connection.accessToken}`,
      ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more.headers,
    },
    ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
  })
  const text = await response.text()
  const json = response.headers.get('content-type')?.startsWith('application/json') === true
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text, text }
}

export function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey }
}

export function assertion(privateKey: ReturnType<typeof keyPair>['privateKey'], claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
}

/** The field that stands for our key, external id and unique, and a restricted picklist; visible to the user. */
export async function setUp({ connection }: Asking): Promise<void> {
  await connection.metadata.upsert('CustomField', [keyField('Account'), stageField, keyField('Lead')])
  await connection.metadata.upsert('PermissionSet', [
    {
      fullName: 'OQL_Sync',
      label: 'OQL Sync',
      fieldPermissions: ['Account.OQL_Domain__c', 'Account.OQL_Stage__c', 'Lead.OQL_Domain__c'].map(
        field => ({
          field,
          readable: true,
          editable: true,
        }),
      ),
    },
  ])
  await assign(connection, 'OQL_Sync')
}

export async function assign(connection: Connection, name: string): Promise<void> {
  const { records } = await connection.query(`SELECT Id FROM PermissionSet WHERE Name = '${name}'`)
  await connection.sobject('PermissionSetAssignment').create({
    PermissionSetId: String(records[0]?.Id),
    AssigneeId: connection.userInfo?.id ?? '',
  })
}

export const keyField = (object: string) => ({
  fullName: `${object}.OQL_Domain__c`,
  label: 'OQL Domain',
  type: 'Text',
  length: 255,
  unique: true,
  externalId: true,
  caseSensitive: false,
})

export const stageField = {
  fullName: 'Account.OQL_Stage__c',
  label: 'OQL Stage',
  type: 'Picklist',
  valueSet: {
    restricted: true,
    valueSetDefinition: {
      sorted: false,
      value: ['interest', 'ongoing_usage'].map(fullName => ({ fullName, default: false, label: fullName })),
    },
  },
}
