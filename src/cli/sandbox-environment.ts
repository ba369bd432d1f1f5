/** Where the shipped config looks for each CRM's sandbox. */
const PORTS: Readonly<Record<string, number>> = { hubspot: 8788, salesforce: 8789 }

/** The sandbox's port unless another one is said; 0, any free one, for connectors that do not ship. */
export const sandboxPort = (use: string): number => PORTS[use] ?? 0

/** What the variables of the shipped config begin with; those of other connectors are named after them. */
const PREFIXES: Readonly<Record<string, string>> = { salesforce: 'SF' }

/** Says which kind of credentials it is: that stands in the config itself. */
const DISCRIMINATOR = 'type'

/**
 * The environment in which the shipped config leads to a sandbox: `HUBSPOT_TOKEN` for `token`, `SF_CLIENT_ID` for
 * `auth.client_id`.
 * @param config as the sandbox gives it
 */
export const sandboxEnvironment = (
  use: string,
  config: Readonly<Record<string, unknown>>,
): Record<string, string> =>
  Object.fromEntries(
    leaves(config).map(([key, value]) => [`${PREFIXES[use] ?? use}_${key}`.toUpperCase(), value]),
  )

const leaves = (value: object): [string, string][] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, string][] => {
    if (typeof inner === 'object' && inner !== null) return leaves(inner)
    return key === DISCRIMINATOR ? [] : [[key, String(inner)]]
  })
