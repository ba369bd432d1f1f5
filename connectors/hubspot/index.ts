import type { ConnectorV1 } from '../../src/contract/index.ts'
import { type Config, config } from './config.ts'
import { capabilities } from './objects.ts'
import { open } from './session.ts'

/** HubSpot: companies, matched by domain, linked by a unique property of ours, written in batches. */
export default {
  contract: 'v1',
  id: 'hubspot',
  config,
  capabilities,
  open,
  // Loaded when asked for: a run against the real CRM has no use for a server.
  sandbox: async options => (await import('./sandbox/index.ts')).sandbox(options),
} satisfies ConnectorV1<Config>
