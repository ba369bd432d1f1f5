import type { Account } from '../../domain/account.ts'
import type { Value } from '../../domain/mappable.ts'
import type { Person } from '../../domain/person.ts'
import { isoSecond, mappableValues, type ValueContext } from './mappable-values.ts'

/** A person's values by name, and those of their account; the person's own go first. */
export function personValues(
  person: Person,
  account: Account,
  context: ValueContext,
): (name: string) => Value {
  const ofAccount = mappableValues(account, context)
  const own = new Map<string, Value>([
    ['email', person.email],
    ['kinds', person.kinds.join(',')],
    ['first_seen', isoSecond(person.firstSeen)],
    ['last_seen', isoSecond(person.lastSeen)],
    ['signals', person.signals],
  ])
  return name => own.get(name) ?? ofAccount(name)
}
