/** A value as a CRM field holds it, whatever the CRM's wire format. Dates `YYYY-MM-DD`, date-times ISO 8601 in UTC. */
export type FieldValue = string | number | boolean | null

/** Field name → value. `null` clears the field; a field that is absent is left alone. */
export type Fields = Record<string, FieldValue>

export type FieldType = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'enumeration' | 'other'

/** A field as the CRM has it. */
export interface Field {
  name: string
  label: string
  type: FieldType
  /** The CRM's own name for the type, for messages. */
  nativeType: string
  /** Values that the CRM takes; only where it takes no others. */
  options?: readonly string[]
  /** Values that it offers where it takes others too. */
  usual?: readonly string[]
  /** By this name, a dot and theirs, fields of the record that it leads to are read: `Owner` where `Owner.Name` is one. */
  relationship?: string
  /** The longest text it takes, in characters, where it is limited. */
  maxLength?: number
  writable: boolean
  /** No two records may hold the same value. */
  unique: boolean
}

/** A field as the mapping wants it. */
export interface FieldSpec {
  name: string
  label: string
  description: string
  type: Exclude<FieldType, 'other'>
  /** Digits after the point; numbers only. */
  scale?: number
  /** Enumerations only: what will be written, in order. */
  options?: readonly { value: string; label: string }[]
  unique?: boolean
}

/** One step that `ensureSchema` took or, in a dry run, would take. */
export interface SchemaStep {
  /** `grant_access`: fields are visible to nobody until somebody grants them. `create_object`: a platform event. */
  action: 'create_object' | 'create_group' | 'create_field' | 'add_options' | 'grant_access' | 'conflict'
  object: string
  /** The object, field, group or permission set. */
  name: string
  /** For people: what is added, or why it can't be. */
  detail: string
  done: boolean
}
