import { z } from 'zod'
import { problemSchema } from './problem.ts'

/** HubSpot's own values are texts; a stand-in or a later version may send the JSON type. */
const value = z.union([z.string(), z.number(), z.boolean()]).nullable()

export const recordSchema = z.object({
  id: z.coerce.string(),
  properties: z.record(z.string(), value).default({}),
  createdAt: z.string().optional(),
  objectWriteTraceId: z.string().optional(),
  /** On an upsert: the record was made by it. */
  new: z.boolean().optional(),
})
export type HubSpotRecord = z.infer<typeof recordSchema>

/** `errors` stand in a 200 or a 201 (in older versions in a 207), so the status is never asked. */
export const batchSchema = z.object({
  results: z.array(recordSchema).default([]),
  errors: z.array(problemSchema).default([]),
})
export type BatchAnswer = z.infer<typeof batchSchema> & { trace: string | undefined }

const paging = z.object({ next: z.object({ after: z.coerce.string() }).optional() }).nullish()

export const pageSchema = z.object({ results: z.array(recordSchema), paging })
export const searchSchema = pageSchema.extend({ total: z.number() })

export const propertySchema = z.object({
  name: z.string(),
  label: z.string().default(''),
  type: z.string(),
  fieldType: z.string().default(''),
  hasUniqueValue: z.boolean().optional(),
  calculated: z.boolean().optional(),
  externalOptions: z.boolean().optional(),
  options: z
    .array(
      z.object({
        value: z.string(),
        label: z.string(),
        hidden: z.boolean().default(false),
        displayOrder: z.number().optional(),
        description: z.string().nullish(),
      }),
    )
    .default([]),
  modificationMetadata: z
    .object({
      readOnlyValue: z.boolean().optional(),
      readOnlyOptions: z.boolean().optional(),
      readOnlyDefinition: z.boolean().optional(),
    })
    .nullish(),
})
export type Property = z.infer<typeof propertySchema>

export const propertiesSchema = z.object({ results: z.array(propertySchema) })
export const groupsSchema = z.object({ results: z.array(z.object({ name: z.string() })) })
export const createdGroupSchema = z.object({})
export const ownersSchema = z.object({ results: z.array(z.object({ id: z.coerce.string() })), paging })
export const accountSchema = z.object({
  portalId: z.coerce.string(),
  accountType: z.string().optional(),
  uiDomain: z.string().optional(),
  timeZone: z.string().optional(),
})
export type Account = z.infer<typeof accountSchema>
export const tokenSchema = z.object({ scopes: z.array(z.string()) })

/** Records without any association stand among the errors. */
export const associatedSchema = z.object({
  results: z
    .array(
      z.object({
        from: z.object({ id: z.coerce.string() }),
        to: z.array(z.object({ toObjectId: z.coerce.string() })).default([]),
        paging,
      }),
    )
    .default([]),
  errors: z.array(problemSchema).default([]),
})
export type AssociatedAnswer = z.infer<typeof associatedSchema> & { trace: string | undefined }

const label = z.object({ category: z.string(), typeId: z.number(), label: z.string().nullish() })
export type AssociationLabel = z.infer<typeof label>
export const labelsSchema = z.object({ results: z.array(label) })

const pipelineSchema = z.object({
  id: z.string(),
  displayOrder: z.number().default(0),
  archived: z.boolean().default(false),
  stages: z.array(
    z.object({
      id: z.string(),
      displayOrder: z.number().default(0),
      archived: z.boolean().default(false),
      metadata: z.record(z.string(), value).default({}),
    }),
  ),
})
export type Pipeline = z.infer<typeof pipelineSchema>
export const pipelinesSchema = z.object({ results: z.array(pipelineSchema) })
