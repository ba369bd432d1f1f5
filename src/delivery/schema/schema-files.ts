import type { ConnectorEntry } from '../../config/config.ts'
import { parseConnectorConfig } from '../../config/connector-config.ts'
import { SessionFault } from '../../contract/faults.ts'
import type { FieldSpec } from '../../contract/fields.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import type { Stage } from '../../domain/stage.ts'
import { neededFields } from '../../plan/fields/needed-fields.ts'
import { loadConnector } from '../session/load-connector.ts'

/**
 * What `setup` would make in an empty CRM, as files for the CRM's own way of deploying: path → text. Nothing is
 * connected to.
 * @throws UserError (usage) where the connector has no such files
 */
export async function schemaFiles(
  entry: ConnectorEntry,
  labels: Readonly<Record<Stage, string>>,
): Promise<ReadonlyMap<string, string>> {
  const connector = await loadConnector(entry.use)
  if (connector.schemaFiles === undefined) {
    throw new UserError(`${entry.name}: fields of this CRM can't be exported as files`, {
      exitCode: EXIT.usage,
      hint: `\`oql setup ${entry.name} --dry-run\` shows what would be made, \`oql setup ${entry.name}\` makes it.`,
    })
  }
  const needed = neededFields(entry.mapping, connector.capabilities, labels)
  const wanted = [...needed].map(([object, fields]): [string, FieldSpec[]] => {
    if (fields !== null) return [object, fields]
    throw new UserError(`${entry.name}: the connector knows no object "${object}"`, {
      exitCode: EXIT.usage,
      hint: `It knows ${Object.keys(connector.capabilities.key).join(', ')}: change object: or create.as: in the mapping`,
    })
  })
  try {
    return connector.schemaFiles(parseConnectorConfig(entry, connector.config), new Map(wanted))
  } catch (error) {
    if (!(error instanceof SessionFault) || error.fault !== 'config') throw error
    throw new UserError(`${entry.name}: ${error.message}`, { exitCode: EXIT.usage })
  }
}
