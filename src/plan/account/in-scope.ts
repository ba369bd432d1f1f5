import type { Account } from '../../domain/account.ts'
import { holds, type When } from '../../domain/when.ts'
import { lookupFor, type Segments } from '../values/condition-values.ts'
import type { ValueContext } from '../values/mappable-values.ts'

/** Whom a connector may write at all, and what that is asked of. */
export interface Scope {
  /** Null is everyone. */
  only: When | null
  context: ValueContext
  segments: Segments
}

/** Whether the connector may write an account: `only` leaves everyone else alone. */
export const isInScope = ({ only, context, segments }: Scope, account: Account): boolean =>
  only === null || holds(only, lookupFor(account, context, segments))
