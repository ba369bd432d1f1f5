import { type StoredRecord, valueIn } from '../org/stored-record.ts'
import { refusal } from '../rest/refusal.ts'
import type { QueryOptions } from './soql-found.ts'
import type { Scope } from './soql-path.ts'
import type { SoqlQuery } from './soql-query.ts'

/** The records of one relationship that lead to a record, as a page of their own. */
export interface Children {
  relationship: string
  of(record: StoredRecord): Record<string, unknown> | null
}

type Run = (
  scope: Pick<Scope, 'org' | 'user'>,
  query: SoqlQuery,
  options: QueryOptions,
) => { rows: number; row(at: number): Record<string, unknown> }

/** Throws what Salesforce says where no object leads here by that name. Several fields may share one: of a task, two. */
export function childrenOf(scope: Scope, query: SoqlQuery, options: QueryOptions, run: Run): Children {
  const { org, object } = scope
  const leading = org.catalogue
    .childrenOf(object)
    .filter(({ field }) => field.childRelationshipName?.toLowerCase() === query.from.toLowerCase())
  const [first] = leading
  if (first === undefined) {
    const message = `Didn't understand relationship '${query.from}' in FROM part of query call.`
    throw refusal(400, 'INVALID_TYPE', message)
  }
  const names = leading.map(({ field }) => field.name)
  const inner = { ...query, from: first.child.name }
  const of = (test: (child: StoredRecord) => boolean) => run(scope, inner, { ...options, only: test })
  // Names and types that don't fit are told even where no record is found.
  of(() => false)
  return {
    relationship: first.field.childRelationshipName ?? query.from,
    of: ({ id }) => {
      const found = of(child => names.some(name => valueIn(child, name) === id))
      if (found.rows === 0) return null
      const records = Array.from({ length: found.rows }, (_, at) => found.row(at))
      return { totalSize: found.rows, done: true, records }
    },
  }
}
