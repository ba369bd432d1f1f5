import type { ConnectorV1 } from '../../src/contract/index.ts'
import { type Config, config } from './config.ts'
import { capabilities } from './objects.ts'
import { open } from './session.ts'
import { sourceFolder } from './source-folder.ts'

/** Salesforce: accounts matched by website and linked by an external id of ours; new ones are Accounts or Leads. */
export default {
  contract: 'v1',
  id: 'salesforce',
  config,
  capabilities,
  open,
  schemaFiles: ({ api_version }, wanted) => sourceFolder(wanted, api_version),
} satisfies ConnectorV1<Config>
