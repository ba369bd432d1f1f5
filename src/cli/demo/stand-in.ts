import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Config, ConnectorEntry } from '../../config/config.ts'
import type { Sandbox } from '../../contract/connector.ts'
import { PortTaken, startSandbox } from '../../delivery/session/start-sandbox.ts'
import { sampleCompanies } from '../../sample/sample-companies.ts'
import { SAMPLE_DEFAULTS } from '../../sample/write-sample.ts'
import { dataFolder } from '../../store/data-folder.ts'
import type { Context } from '../context.ts'
import { type Opened, openConfig } from '../open-config.ts'
import { sandboxEnvironment, sandboxPort } from '../sandbox-environment.ts'
import { notTheShippedConfig } from './sample-data.ts'

/** A CRM of the demo. */
export interface StandIn {
  entry: ConnectorEntry
  /** As people call it. */
  crm: string
  sandbox: Sandbox
  /** What it keeps its records in. */
  file: string
}

/** The demo's CRMs, and the config that leads to them and nowhere else. */
export interface Stage {
  standIns: readonly StandIn[]
  opened: Opened
  close(): Promise<void>
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['hubspot', 'HubSpot'],
  ['salesforce', 'Salesforce'],
])

/** Only what the shipped config reads of the environment is changed. */
const VARIABLES = [
  'HUBSPOT_TOKEN',
  'HUBSPOT_BASE_URL',
  'SF_LOGIN_URL',
  'SF_CLIENT_ID',
  'SF_CLIENT_SECRET',
] as const

/**
 * Starts a stand-in of each CRM that the config leads to, with the records of an earlier demo or those of the sample.
 * @throws UserError where the config would write anywhere else
 */
export async function startStandIns(context: Context, configFile: string): Promise<Stage> {
  const unset = Object.fromEntries(VARIABLES.map(name => [name, undefined]))
  const { config } = await openConfig(withEnv(context, unset), configFile)
  const entries = Object.values(config.connectors)
  if (entries.length === 0) throw notTheShippedConfig('it has no connector')
  await dataFolder(config.dataDir)
  const started: Omit<StandIn, 'entry'>[] = []
  const close = async () => {
    for (const { sandbox } of started) await sandbox.close()
  }
  try {
    let env: Record<string, string | undefined> = unset
    for (const entry of entries) {
      const standIn = await startOne(entry, config)
      started.push(standIn)
      env = { ...env, ...sandboxEnvironment(entry.use, standIn.sandbox.config) }
    }
    const opened = await openConfig(withEnv(context, env), configFile)
    const standIns = Object.values(opened.config.connectors).flatMap((entry, at) => {
      const standIn = started[at]
      return standIn === undefined ? [] : [leadingThere(entry, standIn)]
    })
    return { standIns, opened, close }
  } catch (error) {
    await close()
    throw error
  }
}

const withEnv = (context: Context, env: Readonly<Record<string, string | undefined>>): Context => ({
  ...context,
  env: { ...context.env, ...env },
})

async function startOne({ name, use }: ConnectorEntry, { dataDir }: Config) {
  const crm = NAMES.get(use)
  if (crm === undefined) throw notTheShippedConfig(`connector ${name} is not one of those that ship`)
  const file = path.join(dataDir, `sandbox-${use}.db`)
  return { crm, file, sandbox: await onPort(use, file) }
}

async function onPort(use: string, file: string): Promise<Sandbox> {
  const companies = sampleCompanies({ accounts: SAMPLE_DEFAULTS.accounts, seed: SAMPLE_DEFAULTS.seed })
  try {
    return await startSandbox(use, { port: sandboxPort(use), file, companies })
  } catch (error) {
    if (!(error instanceof PortTaken)) throw error
    return startSandbox(use, { port: 0, file, companies })
  }
}

/** Whatever stands in the config: made-up accounts go to the stand-in alone. */
function leadingThere(entry: ConnectorEntry, standIn: Omit<StandIn, 'entry'>): StandIn {
  const { config: wanted } = standIn.sandbox
  if (!Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(entry.config[key], value))) {
    throw notTheShippedConfig(`connector ${entry.name} leads to another CRM than the stand-in`)
  }
  return { ...standIn, entry }
}
