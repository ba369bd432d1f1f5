import type { ConnectorEntry } from '../../config/config.ts'
import type { SchemaStep } from '../../contract/fields.ts'
import { setupConnector } from '../../delivery/schema/setup-connector.ts'
import { openConnector } from '../../delivery/session/open-connector.ts'
import type { RunSurroundings } from '../surroundings.ts'

/** Makes what a connector's CRM lacks, or tells what would be made. */
export async function setup(
  { model, ...surroundings }: Pick<RunSurroundings, 'model' | 'clock' | 'log' | 'signal'>,
  entry: ConnectorEntry,
  { dryRun }: { dryRun: boolean },
): Promise<SchemaStep[]> {
  const connector = await openConnector(entry, surroundings)
  try {
    return await setupConnector(connector, entry.mapping, model.labels, dryRun)
  } finally {
    await connector.session.close()
  }
}
