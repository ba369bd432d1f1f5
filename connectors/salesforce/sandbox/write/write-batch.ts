import { parseId } from '../org/id.ts'
import type { Org } from '../org/org.ts'
import { sharedValues } from './check-write.ts'
import { failed, type Outcome, type RowError, rowError } from './outcome.ts'
import type { Row } from './row.ts'

/** One record of a request: what it says, and how to write it. */
export interface BatchRow {
  object: string
  /** Of the record that is updated or deleted. */
  id?: string
  row: Row
  /** Of an upsert, whether it would make a record. */
  makes?(): boolean
  /** What is wrong before anything is looked up. */
  refused?: RowError
  write(): Outcome
}

/** Writes the rows in their order, and answers in it. With `allOrNone` one failure undoes all. */
export function writeBatch(org: Org, rows: readonly BatchRow[], allOrNone: boolean): Outcome[] {
  const shared = sharedChecks(rows)
  const write = () => rows.map(one => refusalOf(one, shared) ?? one.write())
  if (!allOrNone) return write()
  const outcomes = org.attempt(write, results => results.every(({ success }) => success))
  if (outcomes.every(({ success }) => success)) return outcomes
  return outcomes.map(outcome => (outcome.success ? ROLLED_BACK : outcome))
}

const ROLLED_BACK = failed(
  'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'Record rolled back because not all records were valid and the request was using AllOrNone header',
)

function refusalOf(one: BatchRow, shared: (one: BatchRow) => RowError | undefined): Outcome | undefined {
  const error = one.refused ?? shared(one)
  return error && { success: false, errors: [error] }
}

/** Rows that get in each other's way: the same record, or the same unique value, twice. */
function sharedChecks(rows: readonly BatchRow[]): (one: BatchRow) => RowError | undefined {
  const ids = new Map<string, number>()
  const idOf = ({ id }: BatchRow) => (id === undefined ? undefined : (parseId(id) ?? id))
  for (const one of rows) {
    const id = idOf(one)
    if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1)
  }
  const byObject = Map.groupBy(rows, ({ object }) => object)
  const values = new Map(
    [...byObject].map(([object, of]) => [object, sharedValues(of.map(({ row }) => row))]),
  )
  return one => {
    const id = idOf(one)
    if (id !== undefined && (ids.get(id) ?? 0) > 1) {
      return rowError('DUPLICATE_VALUE', `Duplicate id specified: ${id}`, 'Id')
    }
    return values.get(one.object)?.(one.row)
  }
}
