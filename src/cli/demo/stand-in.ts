import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Sandbox } from '../../contract/connector.ts'
import { PortTaken, startSandbox } from '../../delivery/start-sandbox.ts'
import { sampleCompanies } from '../../sample/sample-companies.ts'
import { SAMPLE_DEFAULTS } from '../../sample/write-sample.ts'
import type { Context } from '../context.ts'
import { type Opened, openConfig } from '../open-config.ts'
import { notTheShippedConfig } from './sample-data.ts'

/** The demo's CRM, and the config that leads to it and nowhere else. */
export interface StandIn {
  sandbox: Sandbox
  opened: Opened
  file: string
}

/** Only what the shipped config reads of the environment is changed. */
const ours = (url: string | undefined, token: string | undefined) => ({
  HUBSPOT_BASE_URL: url,
  HUBSPOT_TOKEN: token,
})

/**
 * Starts HubSpot's stand-in, with the records of an earlier demo or those of the sample.
 * @throws UserError where the config would write anywhere else
 */
export async function startStandIn(context: Context, configFile: string): Promise<StandIn> {
  const { config } = await openConfig(withEnv(context, ours(undefined, undefined)), configFile)
  const file = path.join(config.dataDir, 'sandbox-hubspot.db')
  await mkdir(config.dataDir, { recursive: true })
  const sandbox = await onPort(portOf(config), file)
  try {
    const env = ours(sandbox.url, String(sandbox.config.token))
    const opened = await openConfig(withEnv(context, env), configFile)
    refuseOthers(opened.config, sandbox)
    return { sandbox, opened, file }
  } catch (error) {
    await sandbox.close()
    throw error
  }
}

const withEnv = (context: Context, env: Readonly<Record<string, string | undefined>>): Context => ({
  ...context,
  env: { ...context.env, ...env },
})

function portOf({ connectors }: Config): number {
  const address = connectors.hubspot?.config.base_url
  return typeof address === 'string' && URL.canParse(address) ? Number(new URL(address).port) : 0
}

async function onPort(port: number, file: string): Promise<Sandbox> {
  const companies = sampleCompanies({ accounts: SAMPLE_DEFAULTS.accounts, seed: SAMPLE_DEFAULTS.seed })
  try {
    return await startSandbox('hubspot', { port, file, companies })
  } catch (error) {
    if (!(error instanceof PortTaken)) throw error
    return startSandbox('hubspot', { port: 0, file, companies })
  }
}

/** Whatever stands in the config: made-up accounts go to the stand-in alone. */
function refuseOthers({ connectors }: Config, { config: wanted }: Sandbox): void {
  for (const { name, config } of Object.values(connectors)) {
    if (Object.entries(wanted).every(([key, value]) => config[key] === value)) continue
    throw notTheShippedConfig(`connector ${name} leads to another CRM than the stand-in`)
  }
}
