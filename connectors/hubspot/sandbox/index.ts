import { z } from 'zod'
import { type Sandbox, type SandboxOptions, SessionFault } from '../../../src/contract/index.ts'
import { createHubSpotSandbox } from './create-sandbox.ts'

export type { Control, SandboxRecord } from './control/control.ts'
export type { Fault, Poison, Telling } from './control/faults.ts'
export { createHubSpotSandbox, type HubSpotSandbox } from './create-sandbox.ts'
export type { HubSpotSandboxOptions } from './options.ts'

/** The sandbox as every connector offers one. */
export async function sandbox(options: SandboxOptions): Promise<Sandbox> {
  const { companies, account, settings = {}, ...rest } = options
  const { url, token, close } = await createHubSpotSandbox({
    ...rest,
    ...settingsOf(settings),
    ...(account === undefined ? {} : { portalId: portalIdOf(account) }),
    ...(companies === undefined
      ? {}
      : { companies: companies.map(({ name, domain }) => ({ name, domain })) }),
  })
  return { url, config: { token, base_url: url }, close }
}

function portalIdOf(account: string): number {
  if (/^[1-9]\d*$/.test(account)) return Number(account)
  throw new SessionFault('config', `a HubSpot account's id is a number, and ${account} is none`)
}

const settingsSchema = z.strictObject({
  batch_errors: z.enum(['whole', 'each']).default('whole'),
  contact_companies: z.enum(['yes', 'no']).default('no'),
})

function settingsOf(settings: Readonly<Record<string, string>>) {
  const { success, data, error } = settingsSchema.safeParse(settings)
  if (!success) throw new SessionFault('config', `the sandbox of HubSpot: ${z.prettifyError(error)}`)
  return { batchErrors: data.batch_errors, companiesOfContacts: data.contact_companies === 'yes' }
}
