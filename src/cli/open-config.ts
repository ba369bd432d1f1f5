import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Logger } from 'pino'
import type { Config, ConnectorEntry } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { secretsByMeta } from '../config/connector-config.ts'
import { loadConfig } from '../config/load-config.ts'
import { isList, valueAt } from '../config/parsed.ts'
import { secretsOf } from '../config/secrets.ts'
import { checkConnectorConfig } from '../delivery/open-connector.ts'
import { EXIT, UserError } from '../domain/errors.ts'
import type { Context } from './context.ts'
import { createLogger } from './logger.ts'

export interface Opened {
  config: Config
  log: Logger
}

/**
 * Reads the config, the connectors' own parts included, and takes its secrets out of all output from here on.
 * @throws ConfigError with everything that is wrong, before anything else is read
 */
export async function openConfig({ terminal, env }: Context, file: string): Promise<Opened> {
  if (!existsSync(file)) {
    throw new UserError(`${file} is not there`, {
      exitCode: EXIT.usage,
      hint: '`oql init` writes one here; --config names another.',
    })
  }
  const config = await loadConfig(path.resolve(file), env)
  terminal.hide(secretsOf(config))
  terminal.hide(await connectorSecrets(Object.values(config.connectors)))
  return { config, log: createLogger(terminal, config.log.level) }
}

/** What the connectors themselves call secret; their configs are checked on the way, all of them. */
async function connectorSecrets(entries: readonly ConnectorEntry[]): Promise<string[]> {
  const problems = []
  const secrets: string[] = []
  for (const entry of entries) {
    try {
      const connector = await checkConnectorConfig(entry)
      const plain = defaultsIn(entry)
      secrets.push(...secretsByMeta(connector.config, entry.config).filter(secret => !plain.has(secret)))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return secrets
}

/** Defaults that stand in the file for everyone to read, such as the sandbox's token, are no secrets. */
function defaultsIn({ origin: { tree } }: ConnectorEntry): Set<unknown> {
  const defaults = [...tree.interpolated].filter(([, fetched]) => fetched.length === 0)
  return new Set(
    defaults.map(([key]) => {
      const path: unknown = JSON.parse(key)
      return isList(path) ? valueAt(tree.value, path.filter(isStep)) : undefined
    }),
  )
}

const isStep = (step: unknown): step is string | number =>
  typeof step === 'string' || typeof step === 'number'
