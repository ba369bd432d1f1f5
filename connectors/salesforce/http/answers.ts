import { z } from 'zod'

/** A record of a query: its fields, and related records by the name of the relationship. */
export const recordSchema = z.looseObject({
  Id: z.string(),
  CreatedDate: z.string().nullish(),
})
export type SalesforceRecord = z.infer<typeof recordSchema>

export const pageSchema = z.object({
  totalSize: z.number(),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(z.looseObject({})).default([]),
})
export type Page = z.infer<typeof pageSchema>

/** jsforce's types say `errorCode`; what comes is `statusCode`. */
const rowErrorSchema = z.object({
  statusCode: z.string(),
  message: z.string().default(''),
  fields: z.array(z.string()).optional().catch(undefined),
})
export type RowError = z.infer<typeof rowErrorSchema>

export const rowsSchema = z.array(
  z.object({
    id: z.string().nullish(),
    success: z.boolean(),
    created: z.boolean().optional(),
    errors: z.array(rowErrorSchema).default([]),
  }),
)
export type Row = z.infer<typeof rowsSchema>[number]

const picklistValue = z.object({ value: z.string(), active: z.boolean().default(true) })

const describedFieldSchema = z.object({
  name: z.string(),
  label: z.string().default(''),
  type: z.string(),
  length: z.number().default(0),
  createable: z.boolean().default(false),
  updateable: z.boolean().default(false),
  nillable: z.boolean().default(true),
  defaultedOnCreate: z.boolean().default(false),
  unique: z.boolean().default(false),
  externalId: z.boolean().default(false),
  restrictedPicklist: z.boolean().default(false),
  picklistValues: z.array(picklistValue).nullish(),
  relationshipName: z.string().nullish(),
})
export type DescribedField = z.infer<typeof describedFieldSchema>

export const describedSchema = z.object({
  name: z.string(),
  createable: z.boolean().default(false),
  updateable: z.boolean().default(false),
  queryable: z.boolean().default(false),
  fields: z.array(describedFieldSchema),
})
export type Described = z.infer<typeof describedSchema>

/** Oldest first. */
export const versionsSchema = z.array(z.object({ version: z.string() }))

export const userInfoSchema = z.object({ organization_id: z.string().min(1), user_id: z.string().min(1) })

const amount = z.object({ Max: z.number(), Remaining: z.number() })
export const orgLimitsSchema = z.object({ DailyApiRequests: amount.optional() })

/** What `describe/layouts` holds at some depth: a section, a row, an item, a component that names its field. */
const component = z.object({ value: z.string().nullish() })
const item = z.object({ layoutComponents: z.array(component).default([]) })
const section = z.object({
  layoutRows: z.array(z.object({ layoutItems: z.array(item).default([]) })).default([]),
})
export const layoutsSchema = z.object({
  layouts: z
    .array(z.object({ id: z.string().nullish(), detailLayoutSections: z.array(section).default([]) }))
    .nullish(),
  recordTypeMappings: z
    .array(
      z.object({
        name: z.string().default(''),
        layoutId: z.string().nullish(),
        available: z.boolean().default(true),
      }),
    )
    .nullish(),
})
export type Layouts = z.infer<typeof layoutsSchema>

export const jobSchema = z.object({
  id: z.string(),
  state: z.string(),
  errorMessage: z.string().nullish(),
})
export type Job = z.infer<typeof jobSchema>

export const savedSchema = z.object({ id: z.string(), success: z.boolean() })

const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(value => (value === undefined || value === null ? [] : [value].flat()), z.array(item))
const flag = z.union([z.boolean(), z.string().transform(text => text === 'true')])

/** What `upsertMetadata` says of each component. */
export const metadataResultsSchema = list(
  z.object({
    fullName: z.string().default(''),
    success: flag,
    errors: list(z.object({ message: z.string().default(''), statusCode: z.string().default('') })),
  }),
)
export type MetadataResult = z.infer<typeof metadataResultsSchema>[number]

const valueSchema = z.looseObject({
  fullName: z.string(),
  label: z.string().nullish(),
  default: flag.nullish(),
  isActive: flag.nullish(),
  color: z.string().nullish(),
  description: z.string().nullish(),
})

export const customFieldSchema = z.looseObject({
  fullName: z.string(),
  type: z.string(),
  unique: flag.nullish(),
  externalId: flag.nullish(),
  formula: z.string().nullish(),
  valueSet: z
    .looseObject({
      valueSetName: z.string().nullish(),
      restricted: flag.nullish(),
      valueSetDefinition: z.looseObject({ sorted: flag.nullish(), value: list(valueSchema) }).nullish(),
    })
    .nullish(),
})
export type CustomField = z.infer<typeof customFieldSchema>

export const permissionSetSchema = z.looseObject({
  fullName: z.string(),
  label: z.string().nullish(),
  userPermissions: list(z.looseObject({ name: z.string(), enabled: flag })),
  fieldPermissions: list(z.object({ field: z.string(), readable: flag, editable: flag })),
  objectPermissions: list(
    z.looseObject({
      object: z.string(),
      allowRead: flag,
      allowCreate: flag,
      allowEdit: flag,
      allowDelete: flag,
      viewAllRecords: flag,
      modifyAllRecords: flag,
    }),
  ),
})
export type PermissionSet = z.infer<typeof permissionSetSchema>
