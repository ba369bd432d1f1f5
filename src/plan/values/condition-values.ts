import type { Account } from '../../domain/account.ts'
import type { Value } from '../../domain/mappable.ts'
import { holds, type Lookup, type When } from '../../domain/when.ts'
import { mappableValues, type ValueContext } from './mappable-values.ts'

/** Named `when`s over accounts. None of them names a segment. */
export type Segments = Readonly<Record<string, When>>

/** What a `when` may ask of an account: its mappable values, and `segment`, all those that it is in. */
export function lookupFor(account: Account, context: ValueContext, segments: Segments): Lookup {
  const valueNamed = mappableValues(account, context)
  let memberOf: readonly string[] | undefined
  return name => {
    if (name !== 'segment') return valueNamed(name)
    memberOf ??= Object.keys(segments).filter(segment => holds(segments[segment] ?? [], valueNamed))
    return memberOf
  }
}

/** A move of a stage or a risk, as a `when` may ask for it. */
export interface Move {
  from: Value
  to: Value
  direction: Value
}

/** Adds `from`, `to` and `direction` of a move to what a `when` may ask. */
export function withMove(lookup: Lookup, move: Move): Lookup {
  return name => {
    switch (name) {
      case 'from':
      case 'to':
      case 'direction':
        return move[name]
      default:
        return lookup(name)
    }
  }
}
