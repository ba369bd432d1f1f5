import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** A connector, as a config names it. */
export interface ConnectorEntry {
  /** A shipped connector, or the address of a module. */
  use: string
  /** Its own config. */
  config: Readonly<Record<string, unknown>>
  /** The text of its mapping, or the path of one that is there. */
  mapping: string | { file: string }
  /** Other lines of its entry. */
  lines?: string | undefined
}

/** What a config says beside the least there is: signals are the CSV files beside it, state and data are kept there. */
export interface ConfigText {
  /** Where signals are, when not there. */
  signals?: string
  connectors: Readonly<Record<string, ConnectorEntry>>
  /** Lines of `store`. */
  store?: string | undefined
  /** Lines of the main file. */
  main?: string | undefined
  data?: string
  state?: { url: string; schema?: string }
}

/** Writes `oql.yaml`, or the file of that name, with the mappings that it names. Returns its path. */
export async function writeConfig(folder: string, text: ConfigText, name = 'oql.yaml'): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (const [connector, { mapping }] of Object.entries(text.connectors)) {
    if (typeof mapping === 'string') await writeFile(path.join(folder, `${connector}.yaml`), mapping)
  }
  const file = path.join(folder, name)
  await writeFile(file, configText(text))
  return file
}

/** Paths are relative to the config; JSON is YAML. */
const configText = ({
  connectors,
  signals,
  store = '',
  main = '',
  data = 'data',
  state,
}: ConfigText): string =>
  `version: 1
store:
  sources: [{ name: signals, type: files, format: canonical, path: "${signals ?? '*.csv'}" }]
${store}
data: ${data}
state: ${JSON.stringify(state ?? { url: 'sqlite:state.db' })}
${main}
connectors:${Object.keys(connectors).length === 0 ? ' {}' : ''}
${Object.entries(connectors).map(entryText).join('\n')}
`

const entryText = ([name, { use, config, mapping, lines = '' }]: [string, ConnectorEntry]): string =>
  `  ${name}:
    use: ${JSON.stringify(use)}
    mapping: ${JSON.stringify(typeof mapping === 'string' ? `${name}.yaml` : mapping.file)}
    config: ${JSON.stringify(config)}
${lines}`

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: the config fills them in */
/** The own config of a connector to a sandbox that the environment names, for commands in a process of their own. */
export const BY_ENVIRONMENT = {
  hubspot: { token: '${HUBSPOT_TOKEN}', base_url: '${HUBSPOT_BASE_URL}' },
  salesforce: {
    login_url: '${SF_LOGIN_URL}',
    auth: { type: 'client_credentials', client_id: '${SF_CLIENT_ID}', client_secret: '${SF_CLIENT_SECRET}' },
  },
} as const
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above */
