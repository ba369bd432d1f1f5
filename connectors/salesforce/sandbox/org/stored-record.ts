/** As JSON has it; times are ISO with a Z and milliseconds, so that texts compare as times do. */
export type Value = string | number | boolean | null

export type FlatFields = Readonly<Record<string, Value>>

/** A record at one moment. It is never changed: a write puts another in its place, so that a query's pages stay. */
export interface StoredRecord {
  readonly id: string
  /** By the field's name; what is absent is null. `Id` and `IsDeleted` too. */
  readonly values: FlatFields
}

export function valueIn(record: StoredRecord, field: string): Value {
  return record.values[field] ?? null
}

export function isDeleted(record: StoredRecord): boolean {
  return record.values.IsDeleted === true
}
