import type { Result } from '../../../src/contract/index.ts'
import { contacts } from '../objects.ts'

/** HubSpot names who holds a unique value in its words alone. */
const HOLDER = /Existing ID: (\d+)|(\d+) already has that value/i

/**
 * A create whose key is taken, with the record that holds it where HubSpot says which: `Contact already exists.
 * Existing ID: 42`, `Cannot set oql_lead_key=acme.com#1 on …. 42 already has that value`. Another unique property that
 * is taken says nothing about ours.
 */
export function withHolder(result: Result, object: string, keyField: string): Result {
  if (result.status !== 'failed' || result.failure.kind !== 'duplicate') return result
  const { failure } = result
  const [, email, other] = HOLDER.exec(failure.message) ?? []
  const holder = email ?? other
  const isOurs = email === undefined ? isAbout(failure, keyField) : keyField === contacts.email
  return holder === undefined || !isOurs
    ? result
    : { ...result, failure: { ...failure, movedTo: { object, remoteId: holder } } }
}

const isAbout = ({ field, message }: { field?: string; message: string }, name: string): boolean =>
  field === undefined ? message.includes(`${name}=`) : field === name
