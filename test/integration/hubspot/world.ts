import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import connector from '../../../connectors/hubspot/index.ts'
import {
  createHubSpotSandbox,
  type HubSpotSandbox,
  type HubSpotSandboxOptions,
} from '../../../connectors/hubspot/sandbox/index.ts'
import type { Call, Company, Session } from '../../../src/contract/index.ts'

export interface World {
  crm: HubSpotSandbox
  session: Session
  /** Another session, as the next run opens one. */
  again(): Promise<Session>
}

/** As strict as a new account: search lags. Both end with the test. */
export async function world(options: HubSpotSandboxOptions = {}): Promise<World> {
  const crm = await createHubSpotSandbox({ now: () => NOW, ...options })
  onTestFinished(() => crm.close())
  const config = connector.config.parse({ token: crm.token, base_url: crm.url })
  const again = () =>
    connector.open(config, { log: pino({ enabled: false }), now: () => NOW, secret: () => undefined })
  return { crm, session: await again(), again }
}

const NOW = new Date('2026-11-24T12:00:00Z')

/** A world in which leads, tasks and notes have the properties that we find them by. */
export async function ready(options: HubSpotSandboxOptions = {}): Promise<World> {
  const made = await world(options)
  for (const object of ['leads', 'tasks', 'notes']) {
    const steps = await made.session.ensureSchema(object, [], counted())
    const stuck = steps.filter(({ done }) => !done)
    if (stuck.length > 0) throw new Error(`the schema was not made: ${JSON.stringify(stuck)}`)
  }
  made.crm.control.resetCounters()
  return made
}

export interface Counted extends Call {
  sent: { kind: string; lane?: string }[]
  dryRun: boolean
}

/** The core's side of a call, without its pacing and retries: it counts. */
export function counted(options: { dryRun?: boolean } = {}): Counted {
  const { signal } = new AbortController()
  const sent: Counted['sent'] = []
  return {
    signal,
    sent,
    dryRun: options.dryRun ?? false,
    request: (what, send) => {
      sent.push(what)
      return send(signal)
    },
  }
}

/** Companies that people made, as leads and contacts are asked of them. */
export function companiesIn({ crm }: World, ...domains: string[]): Company[] {
  const made = crm.control.insertMany(
    'companies',
    domains.map(domain => ({ name: domain, domain })),
  )
  return made.map(({ id }, index) => ({ object: 'companies', remoteId: id, names: [domains[index] ?? ''] }))
}

/** Contacts that people made of a company. */
export function contactsIn({ crm }: World, company: Company, ...emails: string[]): string[] {
  const made = crm.control.insertMany(
    'contacts',
    emails.map(email => ({ email })),
  )
  const pairs = made.map(({ id }) => ({ from: id, to: company.remoteId }))
  crm.control.associate('contacts', 'companies', pairs)
  return made.map(({ id }) => id)
}

/** The one that there must be. */
export function only<T>(all: readonly T[]): T {
  const [one] = all
  if (one === undefined || all.length !== 1) throw new Error(`${all.length} instead of one`)
  return one
}
