import { z } from 'zod'
import { badRequest } from '../rest/refusal.ts'
import { FIELD_TYPES, type Property, type PropertyOption } from './property.ts'

const optionSchema = z.strictObject({
  value: z.string().min(1),
  label: z.string().min(1),
  displayOrder: z.int(),
  hidden: z.boolean().default(false),
  description: z.string().optional(),
})

/** What POST takes. */
export const newPropertySchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and underscores'),
  label: z.string().min(1),
  type: z.enum(['string', 'number', 'date', 'datetime', 'bool', 'enumeration']),
  fieldType: z.string(),
  groupName: z.string(),
  description: z.string().default(''),
  options: z.array(optionSchema).default([]),
  displayOrder: z.int().default(-1),
  hasUniqueValue: z.boolean().default(false),
  hidden: z.boolean().default(false),
  formField: z.boolean().default(false),
  externalOptions: z.literal(false).optional(),
})
type NewProperty = z.infer<typeof newPropertySchema>

/** What PATCH takes. `hasUniqueValue` is taken, answered with 200, and does nothing. */
export const patchSchema = z.strictObject({
  label: z.string().min(1).optional(),
  type: newPropertySchema.shape.type.optional(),
  fieldType: z.string().optional(),
  groupName: z.string().optional(),
  description: z.string().optional(),
  options: z.array(optionSchema).optional(),
  displayOrder: z.int().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
  hasUniqueValue: z.boolean().optional(),
})

/** Types whose values can be told apart for sure. */
const UNIQUE_TYPES: readonly string[] = ['string', 'number']

export function propertyOf({ externalOptions, ...input }: NewProperty, at: string): Property {
  if (input.name.startsWith('hs_')) throw badRequest(`Property names must not start with hs_: ${input.name}`)
  if (input.hasUniqueValue && !UNIQUE_TYPES.includes(input.type)) {
    throw badRequest(`A property of type ${input.type} can not have unique values`)
  }
  const property: Property = {
    ...input,
    options: input.options.map(plainOption),
    calculated: false,
    externalOptions: externalOptions ?? false,
    hubspotDefined: false,
    archived: false,
    createdAt: at,
    updatedAt: at,
    modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: false },
  }
  checkDefinition(property)
  return property
}

/** `options` replaces the whole list: what is left out is gone. */
export function patched(property: Property, patch: z.infer<typeof patchSchema>, at: string): Property {
  if (property.hubspotDefined) throw badRequest(`Property ${property.name} is defined by HubSpot: read only`)
  const { hasUniqueValue: _ignored, options, ...rest } = patch
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const changed: Property = {
    ...property,
    ...given,
    ...(options === undefined ? {} : { options: options.map(plainOption) }),
    updatedAt: at,
  }
  checkDefinition(changed)
  return changed
}

function plainOption({ description, ...option }: z.infer<typeof optionSchema>): PropertyOption {
  return description === undefined ? option : { ...option, description }
}

function checkDefinition({ name, type, fieldType, options }: Property): void {
  if (!FIELD_TYPES[type].includes(fieldType)) {
    throw badRequest(`Property ${name}: fieldType ${fieldType} does not go with type ${type}`)
  }
  if (
    type === 'bool' &&
    options
      .map(option => option.value)
      .sort()
      .join() !== 'false,true'
  ) {
    throw badRequest(`Property ${name}: a boolean property must have exactly the options true and false`)
  }
  if (type !== 'bool' && type !== 'enumeration' && options.length > 0) {
    throw badRequest(`Property ${name}: options are for enumerations, not for type ${type}`)
  }
  for (const part of ['value', 'label'] as const) {
    const seen = new Set(options.map(option => option[part]))
    if (seen.size < options.length) throw badRequest(`Property ${name}: two options have the same ${part}`)
  }
}
