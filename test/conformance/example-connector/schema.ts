import { z } from 'zod'
import type { Call, Field, FieldSpec, SchemaStep } from '../../../src/contract/index.ts'
import type { Client } from './client.ts'

const described = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.enum(['text', 'number', 'boolean', 'date', 'datetime', 'enumeration']),
      unique: z.boolean(),
      options: z.array(z.string()).optional(),
    }),
  ),
})

export async function describe(client: Client, object: string, call: Call): Promise<Field[]> {
  const { fields } = await client.get(`/fields/${object}`, described, call)
  return fields.map(({ options, ...field }) => ({
    ...field,
    nativeType: field.type,
    writable: true,
    ...(options === undefined ? {} : { options }),
  }))
}

/** Makes fields that are missing and adds options; what would change a field is a conflict. */
export async function ensureSchema(
  client: Client,
  object: string,
  wanted: readonly FieldSpec[],
  call: Call & { dryRun: boolean },
): Promise<SchemaStep[]> {
  const there = new Map((await describe(client, object, call)).map(field => [field.name, field]))
  const steps: SchemaStep[] = []
  for (const spec of wanted) {
    const step = stepFor(object, spec, there.get(spec.name))
    if (step === undefined) continue
    const makes = step.action !== 'conflict' && !call.dryRun
    if (makes) await client.write(`/fields/${object}`, bodyOf(spec), z.unknown(), call)
    steps.push({ ...step, done: makes })
  }
  return steps
}

function stepFor(
  object: string,
  spec: FieldSpec,
  field: Field | undefined,
): Omit<SchemaStep, 'done'> | undefined {
  const { name, type } = spec
  if (field === undefined) return { action: 'create_field', object, name, detail: type }
  if (field.type !== type)
    return { action: 'conflict', object, name, detail: `is ${field.type}, not ${type}` }
  const missing = (spec.options ?? []).filter(({ value }) => !field.options?.includes(value))
  if (missing.length === 0) return undefined
  const detail = `adds ${missing.map(({ value }) => value).join(', ')}`
  return { action: 'add_options', object, name, detail }
}

const bodyOf = ({ name, label, type, unique = false, options }: FieldSpec) => ({
  name,
  label,
  type,
  unique,
  ...(options === undefined ? {} : { options: options.map(({ value }) => value) }),
})
