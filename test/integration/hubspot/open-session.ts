import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import connector from '../../../connectors/hubspot/index.ts'
import {
  createHubSpotSandbox,
  type HubSpotSandbox,
  type HubSpotSandboxOptions,
} from '../../../connectors/hubspot/sandbox/index.ts'
import type { Call, Company, Result, Session } from '../../../src/contract/index.ts'

/** A session on a sandbox without lag and limits, unless a test is about them. */
export async function openSession(
  options: HubSpotSandboxOptions = {},
): Promise<{ crm: HubSpotSandbox; session: Session }> {
  const crm = await createHubSpotSandbox({ unlimited: true, ...options })
  onTestFinished(() => crm.close())
  return { crm, session: await sessionOn(crm) }
}

/** Another process at the same CRM. */
export function sessionOn(crm: HubSpotSandbox): Promise<Session> {
  const config = connector.config.parse({ token: crm.token, base_url: crm.url })
  return connector.open(config, { log: pino({ enabled: false }), now: () => new Date() })
}

/** The core's side of a call, without its pacing and retries. */
export function plainCall(): Call {
  const { signal } = new AbortController()
  return { signal, request: (_what, send) => send(signal) }
}

/** Makes our unique property of an object. */
export async function setUp(session: Session, ...objects: string[]): Promise<void> {
  for (const object of objects) {
    await session.ensureSchema(object, [], { ...plainCall(), dryRun: false })
  }
}

/** A company, with a contact where an email is given. */
export function company(crm: HubSpotSandbox, name: string, email?: string): { at: Company; contact: string } {
  const { control } = crm
  const { id } = control.insert('companies', { name, domain: name })
  const at = { object: 'companies', remoteId: id, names: [name] }
  if (email === undefined) return { at, contact: '' }
  const contact = control.insert('contacts', { email }).id
  control.associate('contacts', 'companies', [{ from: contact, to: id }])
  return { at, contact }
}

export function idOf(results: readonly Result[], key: string): string {
  const result = results.find(one => one.key === key)
  if (result === undefined || !('remoteId' in result)) throw new Error(`${key}: ${JSON.stringify(result)}`)
  return result.remoteId
}

/** The write is carried out, and nobody hears of it. */
export const LOST = { trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write' } as const
