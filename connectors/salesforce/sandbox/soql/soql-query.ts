import type { Value } from '../org/stored-record.ts'

/** A SOQL query as it is written; nothing of it is looked up yet. */
export interface SoqlQuery {
  select: readonly Selected[]
  from: string
  where: Condition | null
  groupBy: readonly string[]
  orderBy: readonly { path: string; descending: boolean; nullsLast: boolean }[]
  limit: number | null
  offset: number
}

export type Selected =
  | { kind: 'field'; path: string }
  | { kind: 'fields'; which: string }
  /** `(SELECT … FROM Contacts)`: the records that lead to each one. */
  | { kind: 'children'; query: SoqlQuery }
  /** `COUNT()` alone has no path. */
  | { kind: 'aggregate'; call: Aggregate; path: string | null; alias: string | null }

export type Aggregate = 'COUNT' | 'COUNT_DISTINCT' | 'MIN' | 'MAX' | 'SUM' | 'AVG'

export type Condition =
  | { kind: 'and' | 'or'; parts: readonly Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; path: string; operator: Operator; operand: Operand }
  | { kind: 'in'; path: string; not: boolean; operands: readonly Operand[] }
  | { kind: 'in_query'; path: string; not: boolean; query: SoqlQuery }

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=' | 'LIKE'

/** A literal, with how it was written: types are checked against the field's. */
export interface Operand {
  kind: 'string' | 'number' | 'boolean' | 'null' | 'date' | 'datetime' | 'period'
  value: Value
}
