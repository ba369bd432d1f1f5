import type {
  SalesforceSandbox,
  SalesforceSandboxOptions,
} from '../../connectors/salesforce/sandbox/index.ts'
import { clockOf } from './clocks.ts'
import { type CrmProject, type CrmSetting, crmProject } from './crm-project.ts'
import { startSalesforce } from './sandboxes.ts'
import type { ConnectorEntry } from './write-config.ts'

export type SalesforceProject = CrmProject<SalesforceSandbox['control']>

/** What a test says beside its config. */
export interface OrgSetting extends CrmSetting {
  org?: SalesforceSandboxOptions
  /** Connectors beside it, by their names. */
  others?: Readonly<Record<string, ConnectorEntry>>
}

/** A project whose org has no limits where a test does not say so, and its own clock. */
export async function salesforceProject({
  org,
  others = {},
  ...setting
}: OrgSetting): Promise<SalesforceProject> {
  const sandbox = await startSalesforce({ unlimited: true, ...org })
  const clock = clockOf(sandbox.control)
  return crmProject({ name: 'salesforce', clock, others, ...sandbox }, setting)
}
