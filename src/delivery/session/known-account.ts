import type { CheckProblem, CrmAccount } from '../../contract/session.ts'
import { UserError } from '../../domain/errors.ts'
import type { State } from '../../state/state.ts'
import { repeated } from './call.ts'
import type { ConnectorSession } from './connector-session.ts'

/**
 * Makes sure that a session reaches the account whose records the state knows, before any of them is read or written:
 * records of the same ids are strangers' in another one. A state that knows none yet takes this one.
 * @throws UserError where it is another
 */
export async function knownAccount(connector: ConnectorSession, state: State): Promise<void> {
  const { name } = connector
  const { account: known } = await state.connectors.get(name)
  const account = await refuseAnother(connector, known)
  if (known === null && account !== null) await state.connectors.update(name, { account })
}

/**
 * @returns the account that a session reaches; null where the CRM does not tell
 * @throws UserError where it is another one than the state knows
 */
export async function refuseAnother(
  connector: ConnectorSession,
  known: CrmAccount | null,
): Promise<CrmAccount | null> {
  const account = await accountOf(connector)
  const problem = account === null || known === null ? null : anotherAccount(connector.name, account, known)
  if (problem !== null) throw new UserError(problem.message, { hint: problem.hint })
  return account
}

/** Whose records these are; null where the CRM does not tell. */
export function accountOf({ session, call, counts }: ConnectorSession): Promise<CrmAccount | null> {
  const before = counts.read
  // Where the login tells, and fails in passing, there was no request that repeats it.
  return repeated(
    () => session.account(call),
    call.signal,
    () => counts.read === before,
  )
}

/** What is wrong where the account that answered is not the one that the state knows. */
export function anotherAccount(
  name: string,
  account: CrmAccount,
  known: CrmAccount,
): Required<CheckProblem> | null {
  if (account.id === known.id) return null
  return {
    code: 'another_account',
    message: `${name}: ${account.name} answered, and the state knows the records of ${known.name}: they were neither read nor written`,
    hint: `Put the credentials of ${known.name} back, or keep a state for each account: another state.url`,
  }
}

/** What a person should know where a CRM does not tell whose records it has. */
export const untoldAccount = (name: string): CheckProblem => ({
  code: 'untold_account',
  message: `${name}: the CRM does not tell which account this is`,
  hint: 'Credentials of another account would not be noticed: records there would be taken for these',
})
