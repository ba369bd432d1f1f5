import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Logger } from 'pino'
import type { Config, ConnectorEntry } from '../config/config.ts'
import { ConfigError, type ConfigProblem } from '../config/config-error.ts'
import { secretsByMeta } from '../config/connector-config.ts'
import { type CheckConnector, loadConfig } from '../config/load-config.ts'
import { isList, valueAt } from '../config/read/parsed.ts'
import { checkConnectorConfig } from '../delivery/session/open-connector.ts'
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
  const { redactor } = terminal
  const config = await loadConfig(path.resolve(file), env, faultsOfConnector, redactor)
  redactor.hide(await connectorSecrets(Object.values(config.connectors)))
  return { config, log: createLogger(terminal, config.log.level) }
}

const faultsOfConnector: CheckConnector = async ({ name, ...entry }) => {
  try {
    await checkConnectorConfig(entry)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    if (error instanceof UserError) return [moduleFault(name, entry.origin, error)]
    throw error
  }
}

/** A module that is not there, or is no connector, is a fault of the line that names it. */
function moduleFault(name: string, { tree }: ConnectorEntry['origin'], fault: UserError): ConfigProblem {
  const at = ['connectors', name, 'use']
  const message = fault.hint === undefined ? fault.message : `${fault.message}. ${fault.hint}`
  return { file: tree.shown, line: tree.lineOf(at), key: at.join('.'), message }
}

/** What the connectors themselves call secret. */
async function connectorSecrets(entries: readonly ConnectorEntry[]): Promise<string[]> {
  const found = entries.map(async entry => {
    const connector = await checkConnectorConfig(entry)
    const plain = defaultsIn(entry)
    return secretsByMeta(connector.config, entry.config).filter(secret => !plain.has(secret))
  })
  return (await Promise.all(found)).flat()
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
