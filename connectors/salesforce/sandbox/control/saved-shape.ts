import { z } from 'zod'
import type { Field } from '../org/field.ts'
import type { ObjectType } from '../org/object-type.ts'

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A record's fields in a file. */
export const savedValues = z.record(z.string(), value)

const savedField: z.ZodType<Field> = z.object({
  name: z.string(),
  label: z.string(),
  description: z.string(),
  type: z.enum([
    'id',
    'string',
    'textarea',
    'url',
    'phone',
    'email',
    'picklist',
    'reference',
    'boolean',
    'int',
    'double',
    'currency',
    'percent',
    'date',
    'datetime',
    'address',
  ]),
  length: z.number(),
  precision: z.number(),
  scale: z.number(),
  nillable: z.boolean(),
  createable: z.boolean(),
  updateable: z.boolean(),
  unique: z.boolean(),
  externalId: z.boolean(),
  caseSensitive: z.boolean(),
  defaultedOnCreate: z.boolean(),
  defaultValue: value,
  restrictedPicklist: z.boolean(),
  picklistValues: z.array(z.object({ value: z.string(), label: z.string(), defaultValue: z.boolean() })),
  referenceTo: z.array(z.string()),
  relationshipName: z.string().nullable(),
  childRelationshipName: z.string().nullable().default(null),
  filterable: z.boolean(),
  custom: z.boolean(),
})

/** An object with its fields in a file. */
export const savedObject: z.ZodType<ObjectType> = z.object({
  name: z.string(),
  label: z.string(),
  labelPlural: z.string(),
  keyPrefix: z.string(),
  fields: z.array(savedField),
  kind: z.enum(['data', 'setup', 'event']),
  createable: z.boolean(),
  updateable: z.boolean(),
  deletable: z.boolean(),
  personName: z.boolean(),
  sharingModel: z.string().default('ReadWrite'),
  nameFormat: z.string().nullable().default(null),
})
