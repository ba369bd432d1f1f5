import { z } from 'zod'
import { badRequest } from '../rest/refusal.ts'

/** HubSpot's limit of one batch; 101 are answered with 400. */
export const MAX_INPUTS = 100

/** Texts, whatever the property's type. */
export const propertyValues = z.record(z.string(), z.string())

export const associationSpec = z.strictObject({
  associationCategory: z.enum(['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED']),
  associationTypeId: z.int(),
})

export const newAssociations = z
  .array(z.strictObject({ to: z.strictObject({ id: z.string() }), types: z.array(associationSpec).min(1) }))
  .default([])
export type NewAssociations = z.infer<typeof newAssociations>

const trace = { objectWriteTraceId: z.string().optional() }

const inputs = <T extends z.ZodType>(input: T) => z.array(input).min(1).max(MAX_INPUTS)

export const createRequest = z.strictObject({
  inputs: inputs(z.strictObject({ properties: propertyValues, associations: newAssociations, ...trace })),
})

/** Update and upsert; an upsert takes no associations. */
export const changeRequest = z.strictObject({
  inputs: inputs(
    z.strictObject({
      id: z.string().min(1),
      idProperty: z.string().optional(),
      properties: propertyValues,
      ...trace,
    }),
  ),
})

export const readRequest = z.strictObject({
  inputs: inputs(z.strictObject({ id: z.string().min(1) })),
  idProperty: z.string().optional(),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
})

export const archiveRequest = z.strictObject({ inputs: inputs(z.strictObject({ id: z.string().min(1) })) })

/** The body as the schema says, or a 400 that names every wrong part. */
export function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const parts = result.error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)
  throw badRequest(`Invalid input JSON: ${parts.join('; ')}`)
}
