import { pino } from 'pino'
import { afterEach } from 'vitest'
import connector from '../../../connectors/salesforce/index.ts'
import {
  createSalesforceSandbox,
  type SalesforceSandbox,
  type SalesforceSandboxOptions,
} from '../../../connectors/salesforce/sandbox/index.ts'
import type { Call, FieldSpec, Query, RemoteRecord, Session } from '../../../src/contract/index.ts'

export interface World {
  sandbox: SalesforceSandbox
  session: Session
  /** Another session, as the next run opens one. */
  again(more?: object): Promise<Session>
}

const open: SalesforceSandbox[] = []

afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close()
})

/** A sandbox and a session with it; both end with the test. */
export async function world(options: SalesforceSandboxOptions = {}, more: object = {}): Promise<World> {
  const sandbox = await createSalesforceSandbox(options)
  open.push(sandbox)
  const { clientId: client_id, clientSecret: client_secret } = sandbox.credentials
  const auth = { type: 'client_credentials', client_id, client_secret }
  const again = (further: object = {}) =>
    connector.open(connector.config.parse({ login_url: sandbox.url, auth, ...more, ...further }), {
      log: pino({ enabled: false }),
      now: () => sandbox.control.now(),
      secret: () => undefined,
    })
  return { sandbox, session: await again(), again }
}

/** A world whose accounts and leads have our fields. */
export async function ready(options: SalesforceSandboxOptions = {}, more: object = {}): Promise<World> {
  const made = await world(options, more)
  for (const object of ['Account', 'Lead']) {
    const steps = await made.session.ensureSchema(object, WANTED, countedCall())
    const stuck = steps.filter(({ done }) => !done)
    if (stuck.length > 0) throw new Error(`the schema was not made: ${JSON.stringify(stuck)}`)
  }
  made.sandbox.control.resetCounters()
  return made
}

const STAGES = ['interest', 'investigation', 'experimentation', 'ongoing_usage', 'inactive']

const spec = (name: string, type: FieldSpec['type'], more: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  label: `OQL ${name.slice(4, -3).toLowerCase()}`,
  description: 'Written by OQL Sync.',
  type,
  ...more,
})

export const WANTED: FieldSpec[] = [
  spec('OQL_Stage__c', 'enumeration', {
    options: STAGES.map(value => ({ value, label: value.toUpperCase() })),
  }),
  spec('OQL_Score__c', 'number', { scale: 2 }),
  spec('OQL_Stage_Since__c', 'date'),
  spec('OQL_Seen_At__c', 'datetime'),
  spec('OQL_Reason__c', 'text'),
]

export interface Counted extends Call {
  sent: string[]
  dryRun: boolean
}

/** The core's side of a call, without its pacing and retries: it counts. */
export function countedCall(options: { dryRun?: boolean; signal?: AbortSignal } = {}): Counted {
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
