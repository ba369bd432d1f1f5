import { z } from 'zod'
import type { Check } from '../check.ts'

const strict: Check = {
  id: 'config-strict',
  promise: 'the config is strict: a key that it does not know is refused',
  per: 'connector',
  async run({ connector, config, must }) {
    const given = config()
    must(connector.config.safeParse(given).success, "the harness's config is refused")
    const stranger = { ...given, a_key_that_nobody_knows: 'x' }
    must(!connector.config.safeParse(stranger).success, 'an unknown key is taken')
  },
}

const secretsMarked: Check = {
  id: 'config-secrets',
  promise: 'secrets of the config carry .meta({ secret: true })',
  per: 'connector',
  async run({ connector, crm, config, must }) {
    const json = z.toJSONSchema(connector.config, { io: 'input', unrepresentable: 'any', reused: 'inline' })
    const marked = new Set(secretsIn(json, config()))
    crm.secrets.forEach((secret, index) => {
      must(marked.has(secret), `secret ${index + 1} of ${crm.secrets.length} is not marked`)
    })
    must(marked.size > 0 || crm.secrets.length === 0, 'no value of the config is marked')
  },
}

/** The values at the places that the schema marks, whatever they are called. */
function secretsIn(json: unknown, value: unknown): string[] {
  if (!isMap(json)) return []
  if (json.secret === true) return typeof value === 'string' ? [value] : []
  const branches = [json.anyOf, json.oneOf, json.allOf].flatMap(list => (Array.isArray(list) ? list : []))
  const properties = isMap(json.properties) && isMap(value) ? Object.entries(json.properties) : []
  return [
    ...branches.flatMap(branch => secretsIn(branch, value)),
    ...properties.flatMap(([key, property]) => secretsIn(property, isMap(value) ? value[key] : undefined)),
    ...(Array.isArray(value) ? value.flatMap(item => secretsIn(json.items, item)) : []),
  ]
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const CONFIG: readonly Check[] = [strict, secretsMarked]
