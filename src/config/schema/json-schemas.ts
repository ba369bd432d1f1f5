import { z } from 'zod'
import type { Mappable } from '../../domain/mappable.ts'
import { isMap } from '../read/parsed.ts'
import {
  accountNames,
  type ConditionNames,
  MODEL_NAMES,
  riskChangeNames,
  stageChangeNames,
} from '../when/condition-names.ts'
import type { WhenDefinition } from '../when/when.ts'
import { REFERENCE_DEFINITION, withReferences } from './json-reference.ts'
import { mappingSchema } from './mapping-schema.ts'
import { modelSchema } from './model-schema.ts'
import { oqlSchema } from './oql-schema.ts'
import { webhookBody } from './webhook-schema.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * The JSON Schemas that editors check and complete config files with, and the one that a webhook's receiver may go by;
 * by file name in `config/schemas/`.
 */
export function jsonSchemas(): Record<string, Json> {
  const place = { directory: '/', segments: [], connectors: [] }
  return {
    'oql.v1.json': document('OQL Sync: config/oql.yaml', oqlSchema(place)),
    'mapping.v1.json': document('OQL Sync: mappings/NAME.yaml', mappingSchema([])),
    'model.v1.json': document('OQL Sync: the scoring model', modelSchema('default')),
    'webhook.v1.json': { ...z.toJSONSchema(webhookBody, { io: 'input' }), title: 'OQL Sync: a webhook' },
  }
}

/** As it stands in its file. */
export const jsonSchemaText = (schema: Json): string => `${JSON.stringify(schema, null, 2)}\n`

function document(title: string, schema: z.ZodType): Json {
  const json = z.toJSONSchema(schema, { io: 'input' })
  const whens = usedBy(json, whenDefinitions())
  const definitions = { ...whens, ...usedBy(whens, conditionDefinitions()) }
  const whole = withReferences({ ...json, title, $defs: definitions })
  if (!isMap(whole) || !isMap(whole.$defs)) throw new Error(`${title}: not a JSON Schema`)
  return { ...whole, $defs: { ...whole.$defs, ...REFERENCE_DEFINITION } }
}

function usedBy(json: unknown, definitions: Readonly<Record<string, Json>>): Record<string, Json> {
  const text = JSON.stringify(json)
  return Object.fromEntries(
    Object.entries(definitions).filter(([name]) => text.includes(`"#/$defs/${name}"`)),
  )
}

/** Segments are named by each config: to an editor any text may be one. */
const whenDefinitions = (): Record<WhenDefinition, Json> => ({
  account_when: whenJson(accountNames([])),
  stage_change_when: whenJson(stageChangeNames([])),
  risk_change_when: whenJson(riskChangeNames([])),
  model_when: whenJson(MODEL_NAMES),
  crm_when: mapOrList({ type: 'object', minProperties: 1, description: 'Conditions on fields of the CRM.' }),
})

function whenJson(names: ConditionNames): Json {
  const properties = [...names].map(([name, type]) => [
    name,
    type.type === 'enumeration' ? conditionJson(type) : { $ref: `#/$defs/${conditionName(type)}` },
  ])
  return mapOrList({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  })
}

function mapOrList(map: Json): Json {
  return {
    description: 'A map, all of which must hold, or a list of maps, any of which.',
    anyOf: [map, { type: 'array', minItems: 1, items: map }],
  }
}

const conditionName = ({ type, nullable }: Mappable): string =>
  `${nullable ? 'nullable_' : ''}${type}_condition`

/** The kinds of conditions that many names share. */
function conditionDefinitions(): Record<string, Json> {
  const kinds: Mappable[] = [true, false].flatMap((nullable): Mappable[] => [
    { type: 'text', nullable },
    { type: 'date', nullable },
    { type: 'number', scale: 0, nullable },
  ])
  return Object.fromEntries(kinds.map(kind => [conditionName(kind), conditionJson(kind)]))
}

const COMPARISON: Json = { type: 'string', pattern: '^(>=|<=|!=|>|<|=)' }

function conditionJson(type: Mappable): Json {
  if (type.type === 'date') return { ...COMPARISON, examples: ['>= 2025-01-31'] }
  const literals = [literalJson(type), ...(type.nullable ? [{ type: 'null' }] : [])]
  return { anyOf: [...literals, { type: 'array', minItems: 1, items: { anyOf: literals } }, COMPARISON] }
}

function literalJson(type: Mappable): Json {
  if (type.type === 'number') return { type: 'number' }
  return type.type === 'enumeration' && type.options.length > 0
    ? { type: 'string', enum: type.options }
    : { type: 'string' }
}
