import type { StoredRecord, Value } from '../org/stored-record.ts'

/** What a query found: a row is shown only when its page is asked for. */
export interface Found {
  size: number
  /** Of `COUNT()` alone there are no rows. */
  rows: number
  /** Columns of a CSV result. */
  columns: readonly string[]
  row(at: number): Record<string, unknown>
  cells(at: number): readonly Value[]
}

export interface QueryOptions {
  /** Deleted and merged records too. */
  deleted: boolean
  /** `/services/data/v68.0`, which stands in the rows' URLs. */
  base: string
  /** Of the object's records, those that a query inside of another is for. */
  only?: (record: StoredRecord) => boolean
}
