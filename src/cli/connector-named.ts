import type { Config, ConnectorEntry } from '../config/config.ts'
import { EXIT, UserError } from '../domain/errors.ts'
import { nearest } from './nearest.ts'

/** @throws UserError (usage) for a connector that the config does not have */
export function connectorNamed({ connectors }: Config, name: string): ConnectorEntry {
  const entry = Object.hasOwn(connectors, name) ? connectors[name] : undefined
  if (entry !== undefined) return entry
  const known = Object.keys(connectors)
  throw new UserError(`the config has no connector ${name}`, {
    exitCode: EXIT.usage,
    hint: known.length === 0 ? 'Add one under connectors: in the config.' : nearest(name, known),
  })
}
