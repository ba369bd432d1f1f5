import type { ConnectorEntry } from '../../config/config.ts'
import type { SchemaStep } from '../../contract/fields.ts'
import { setupConnector } from '../../delivery/schema/setup-connector.ts'
import { refuseAnother } from '../../delivery/session/known-account.ts'
import { openConnector } from '../../delivery/session/open-connector.ts'
import { readState } from '../read-state.ts'
import type { RunSurroundings } from '../surroundings.ts'

/**
 * Makes what a connector's CRM lacks, or tells what would be made.
 * @throws UserError where another account of the CRM answers than the one whose records the state knows
 */
export async function setup(
  { config, model, ...surroundings }: Pick<RunSurroundings, 'config' | 'model' | 'clock' | 'log' | 'signal'>,
  entry: ConnectorEntry,
  { dryRun }: { dryRun: boolean },
): Promise<SchemaStep[]> {
  const { account } = await readState(config, ({ connectors }) => connectors.get(entry.name))
  const connector = await openConnector(entry, surroundings)
  try {
    await refuseAnother(connector, account)
    return await setupConnector(connector, entry.mapping, model.labels, dryRun)
  } finally {
    await connector.session.close()
  }
}
