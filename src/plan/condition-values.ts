import type { Account } from '../domain/account.ts'
import type { Value } from '../domain/mappable.ts'
import { holds, type Lookup, type When } from '../domain/when.ts'
import { mappableValues, type ValueContext } from './mappable-values.ts'

/** A named `when` over accounts. It names no other segment. */
export interface Segment {
  name: string
  when: When
}

/** What a `when` may ask of an account: its mappable values, and `segment`, all those that it is in. */
export function lookupFor(account: Account, context: ValueContext, segments: readonly Segment[]): Lookup {
  const valueNamed = mappableValues(account, context)
  let memberOf: readonly string[] | undefined
  return name => {
    if (name !== 'segment') return valueNamed(name)
    memberOf ??= segments.filter(({ when }) => holds(when, valueNamed)).map(segment => segment.name)
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
