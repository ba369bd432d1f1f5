import { onTestFinished } from 'vitest'
import {
  createHubSpotSandbox,
  type HubSpotSandbox,
  type HubSpotSandboxOptions,
} from '../../connectors/hubspot/sandbox/index.ts'
import {
  createSalesforceSandbox,
  type SalesforceSandbox,
  type SalesforceSandboxOptions,
} from '../../connectors/salesforce/sandbox/index.ts'

export type CrmName = 'hubspot' | 'salesforce'

/** A sandbox that is closed after the test, and the connector's own config that leads there. */
export interface TestSandbox<Control> {
  control: Control
  config: Readonly<Record<string, unknown>>
}

export async function startHubSpot(
  options: HubSpotSandboxOptions = {},
): Promise<TestSandbox<HubSpotSandbox['control']>> {
  const { control, token, url, close } = await createHubSpotSandbox(options)
  onTestFinished(close)
  return { control, config: { token, base_url: url } }
}

export async function startSalesforce(
  options: SalesforceSandboxOptions = {},
): Promise<TestSandbox<SalesforceSandbox['control']>> {
  const { control, credentials, url, close } = await createSalesforceSandbox(options)
  onTestFinished(close)
  const { clientId: client_id, clientSecret: client_secret } = credentials
  return {
    control,
    config: { login_url: url, auth: { type: 'client_credentials', client_id, client_secret } },
  }
}
