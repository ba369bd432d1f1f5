import { type Sandbox, type SandboxOptions, SessionFault } from '../../../src/contract/index.ts'
import { createSalesforceSandbox } from './create-sandbox.ts'

export type { Control, SandboxRecord } from './control/control.ts'
export type { Fault, Poison } from './control/faults.ts'
export { createSalesforceSandbox, type SalesforceSandbox } from './create-sandbox.ts'
export type { SalesforceSandboxOptions, SandboxUser } from './options.ts'

/** The sandbox as every connector offers one. */
export async function sandbox(options: SandboxOptions): Promise<Sandbox> {
  const { companies, account, settings = {}, ...rest } = options
  const [unknown] = Object.keys(settings)
  if (unknown !== undefined) {
    throw new SessionFault('config', `the sandbox of Salesforce has no setting ${unknown}`)
  }
  const accounts = companies?.map(({ name, domain }) => ({ Name: name, Website: domain }))
  const { url, credentials, close } = await createSalesforceSandbox({
    ...rest,
    ...(account === undefined ? {} : { orgId: account }),
    ...(accounts === undefined ? {} : { accounts }),
  })
  const auth = {
    type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
  }
  return { url, config: { login_url: url, auth }, close }
}
