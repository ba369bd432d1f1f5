import { type Sandbox, type SandboxOptions, SessionFault } from '../../../src/contract/index.ts'
import { createHubSpotSandbox } from './create-sandbox.ts'

export type { Control, SandboxRecord } from './control.ts'
export { createHubSpotSandbox, type HubSpotSandbox } from './create-sandbox.ts'
export type { Fault, Poison, Telling } from './faults.ts'
export type { HubSpotSandboxOptions } from './options.ts'

/** The sandbox as every connector offers one. */
export async function sandbox(options: SandboxOptions): Promise<Sandbox> {
  const { companies, account, ...rest } = options
  const { url, token, close } = await createHubSpotSandbox({
    ...rest,
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
