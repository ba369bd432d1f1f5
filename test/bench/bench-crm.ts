import { createHubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import { createSalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'
import type { CrmName } from '../project/sandboxes.ts'

/** The CRM is older than the first sync: its records are no news to it. */
const MADE_BEFORE = '2026-01-15T08:00:00Z'

/** A sandbox to be measured against. */
export interface BenchCrm {
  env: Readonly<Record<string, string>>
  /** Records that one write takes, and that one page of the CRM's list has. */
  batch: number
  page: number
  answers(): Readonly<Record<string, number>>
  close(): Promise<void>
}

type Company = { name: string; domain: string }

export async function startCrm(
  name: CrmName,
  options: { unlimited: boolean; companies: readonly Company[] },
): Promise<BenchCrm> {
  return name === 'hubspot' ? startHubSpot(options) : startSalesforce(options)
}

async function startHubSpot({ unlimited, companies }: Parameters<typeof startCrm>[1]): Promise<BenchCrm> {
  const { token, url, control, close } = await createHubSpotSandbox({
    unlimited,
    companies: companies.map(company => ({ ...company, createdate: MADE_BEFORE })),
  })
  return {
    env: { HUBSPOT_TOKEN: token, HUBSPOT_BASE_URL: url },
    batch: 100,
    page: 100,
    answers: () => control.counters().byStatus,
    close,
  }
}

async function startSalesforce({ unlimited, companies }: Parameters<typeof startCrm>[1]): Promise<BenchCrm> {
  const { url, credentials, control, close } = await createSalesforceSandbox({
    unlimited,
    accounts: companies.map(({ name, domain }) => ({
      Name: name,
      Website: domain,
      CreatedDate: MADE_BEFORE,
    })),
  })
  return {
    env: {
      SF_LOGIN_URL: url,
      SF_CLIENT_ID: credentials.clientId,
      SF_CLIENT_SECRET: credentials.clientSecret,
    },
    batch: 200,
    page: 2_000,
    answers: () => control.counters().byStatus,
    close,
  }
}
