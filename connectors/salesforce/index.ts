import type { ConnectorV1 } from '../../src/contract/index.ts'
import { type Config, config } from './config.ts'
import { capabilities } from './objects.ts'
import { open } from './session.ts'
import { sourceFolder } from './setup/source-folder.ts'

/** Salesforce: accounts matched by website and linked by an external id of ours; new ones are Accounts or Leads. */
export default {
  contract: 'v1',
  id: 'salesforce',
  config,
  capabilities,
  open,
  // Loaded when asked for: a run against the real CRM has no use for a server.
  sandbox: async options => (await import('./sandbox/index.ts')).sandbox(options),
  schemaFiles: ({ api_version }, wanted) => sourceFolder(wanted, api_version),
} satisfies ConnectorV1<Config>
