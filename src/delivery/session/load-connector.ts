import type { ConnectorV1 } from '../../contract/connector.ts'
import { EXIT, UserError } from '../../domain/errors.ts'

/** A connector whose config is checked before it is opened. */
export type AnyConnector = ConnectorV1<unknown>

/** Those that ship with us, by the name that `use:` calls them. */
const BUILT_IN: Readonly<Record<string, () => Promise<{ default: unknown }>>> = {
  hubspot: () => import('../../../connectors/hubspot/index.ts'),
  salesforce: () => import('../../../connectors/salesforce/index.ts'),
}

/**
 * The connector that `use:` names: a built-in, or an npm package whose default export is one.
 * @throws UserError where there is none, or one of another contract
 */
export async function loadConnector(use: string): Promise<AnyConnector> {
  const module = await (BUILT_IN[use] ?? (() => importPackage(use)))()
  if (!isConnector(module.default)) {
    throw new UserError(`connector "${use}": its default export is no connector of contract v1`, {
      exitCode: EXIT.usage,
      hint: 'docs/writing-a-connector.md says what a connector is.',
    })
  }
  return module.default
}

const builtInConnectors: readonly string[] = Object.keys(BUILT_IN)

async function importPackage(name: string): Promise<{ default: unknown }> {
  try {
    return await import(name)
  } catch (error) {
    throw new UserError(
      `connector "${name}" is neither built in (${builtInConnectors.join(', ')}) nor an installed package`,
      {
        exitCode: EXIT.usage,
        hint: `Install it beside oql-sync: npm install ${name}`,
        cause: error,
      },
    )
  }
}

const isConnector = (value: unknown): value is AnyConnector =>
  typeof value === 'object' &&
  value !== null &&
  'contract' in value &&
  value.contract === 'v1' &&
  'open' in value &&
  typeof value.open === 'function' &&
  'config' in value &&
  'capabilities' in value
