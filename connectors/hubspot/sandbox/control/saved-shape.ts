import { z } from 'zod'
import type { Edit, StoredRecord } from '../portal/stored-record.ts'

const values = z.record(z.string(), z.string())
const source = z.enum(['INTEGRATION', 'CRM_UI'])

const recordShape = z.object({
  id: z.string(),
  properties: values,
  createdAt: z.number(),
  updatedAt: z.number(),
  archivedAt: z.number().nullable(),
  mergedIds: z.array(z.string()),
  /** Newest first. */
  edits: z.array(z.object({ at: z.number(), values, source })),
})

const propertyShape = z.object({
  name: z.string(),
  label: z.string(),
  description: z.string(),
  groupName: z.string(),
  type: z.enum(['string', 'number', 'date', 'datetime', 'bool', 'enumeration']),
  fieldType: z.string(),
  options: z.array(
    z.object({
      value: z.string(),
      label: z.string(),
      displayOrder: z.number(),
      hidden: z.boolean(),
      description: z.string().exactOptional(),
    }),
  ),
  displayOrder: z.number(),
  hasUniqueValue: z.boolean(),
  hidden: z.boolean(),
  formField: z.boolean(),
  calculated: z.boolean(),
  externalOptions: z.boolean(),
  hubspotDefined: z.boolean(),
  archived: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  modificationMetadata: z.object({
    archivable: z.boolean(),
    readOnlyDefinition: z.boolean(),
    readOnlyValue: z.boolean(),
  }),
})

export const objectShape = z.object({
  catalogue: z.object({
    properties: z.array(propertyShape),
    groups: z.array(
      z.object({ name: z.string(), label: z.string(), displayOrder: z.number(), archived: z.boolean() }),
    ),
  }),
  aliases: z.array(z.tuple([z.string(), z.string()])),
})

export const associationsShape = z.array(z.tuple([z.number(), z.string(), z.string()]))

/** A record as text, its history a list. */
export function savedRecord(record: StoredRecord): string {
  const edits: Omit<Edit, 'before'>[] = []
  for (let edit = record.edits; edit !== null; edit = edit.before) {
    edits.push({ at: edit.at, values: edit.values, source: edit.source })
  }
  return JSON.stringify({ ...record, edits })
}

export function loadedRecord(text: string): StoredRecord {
  const { edits, ...record } = recordShape.parse(JSON.parse(text))
  const last = edits.reduceRight<Edit | null>((before, edit) => ({ ...edit, before }), null)
  return { ...record, edits: last }
}
