import type { Mapping } from '../../config/mapping.ts'
import type { RemoteRecord } from '../../contract/records.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import type { Stage } from '../../domain/stage.ts'
import { linesOf } from '../../plan/related/lines-of.ts'
import type { State } from '../../state/state.ts'
import { inWords } from '../connector-report.ts'
import { checkConnector } from '../schema/check-connector.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

/** What a hand link did in the CRM. */
export interface LinkedByHand {
  /** The record's own id, where the one that was given was merged into it. */
  remoteId: string
  /** Records that carried the account's key and gave it up. */
  released: readonly string[]
}

/**
 * Links an account to a record because a person said so. Another record that carries the account's key gives it up;
 * the key is put on the new one by the next sync, with the fields.
 */
export async function linkByHand(
  connector: ConnectorSession,
  state: State,
  { mapping, labels }: { mapping: Mapping; labels: Readonly<Record<Stage, string>> },
  { domain, remoteId }: { domain: string; remoteId: string },
): Promise<LinkedByHand> {
  const { object } = mapping
  const key = await keyOf(connector, mapping, labels)
  const fields = [
    ...new Set([mapping.match.by, key, ...linesOf(mapping, mapping.object).map(line => line.to)]),
  ]
  const record = await find(connector, object, remoteId, fields)
  const released = await releaseKey(connector, { object, key, domain, keep: record.remoteId })
  const link = {
    connector: connector.name,
    domain,
    // A Lead that was converted is the Account that it became.
    object: record.object ?? object,
    remoteId: record.remoteId,
    by: 'hand' as const,
  }
  await state.transaction(async inside => {
    // What was delivered stands on the record before: this one holds what was just read.
    await inside.links.remove(connector.name, [domain])
    await inside.links.put([{ ...link, stamped: record.fields[key] === domain }])
    await inside.delivered.put(connector.name, [
      { domain, object: link.object, fields: record.fields, asOf: null },
    ])
  })
  return { remoteId: record.remoteId, released }
}

/**
 * Takes an account's key off every record that carries it, so that matching does not find it there again.
 * @returns the records that gave it up
 */
export async function unstamp(
  connector: ConnectorSession,
  { mapping, labels }: { mapping: Mapping; labels: Readonly<Record<Stage, string>> },
  domain: string,
): Promise<readonly string[]> {
  const key = await keyOf(connector, mapping, labels)
  return releaseKey(connector, { object: mapping.object, key, domain, keep: null })
}

/** @throws UserError with everything that is lacking, where something is */
async function keyOf(
  connector: ConnectorSession,
  mapping: Mapping,
  labels: Readonly<Record<Stage, string>>,
): Promise<string> {
  const { problems } = await checkConnector(connector, mapping, labels)
  const key = connector.capabilities.key[mapping.object]
  if (problems.length === 0 && key !== undefined) return key
  throw new UserError(problems.map(inWords).join('\n'), { hint: 'See all of it with: oql check' })
}

async function find(
  { session, call, name }: ConnectorSession,
  object: string,
  remoteId: string,
  fields: readonly string[],
): Promise<RemoteRecord> {
  for await (const record of session.read({ object, ids: [remoteId] }, fields, call)) {
    if (record.remoteId === remoteId || record.askedId === remoteId) return record
  }
  throw new UserError(`${name} has no record ${remoteId} among its ${object}`, {
    exitCode: EXIT.usage,
    hint: 'The id stands in the address of the record in the CRM, and beside each candidate in `oql links`.',
  })
}

async function releaseKey(
  { session, call, name }: ConnectorSession,
  { object, key, domain, keep }: { object: string; key: string; domain: string; keep: string | null },
): Promise<readonly string[]> {
  const holders: string[] = []
  for await (const { remoteId, fields } of session.read({ object, by: key, values: [domain] }, [key], call)) {
    if (fields[key] === domain && remoteId !== keep) holders.push(remoteId)
  }
  if (holders.length === 0) return []
  const results = await session.write(
    holders.map(remoteId => ({ key: remoteId, object, remoteId, fields: { [key]: null } })),
    call,
  )
  for (const result of results) {
    if (result.status !== 'failed') continue
    throw new UserError(`${name}: record ${result.key} keeps the key ${domain}: ${result.failure.message}`, {
      hint: `Empty its field ${key} in the CRM, then try again.`,
    })
  }
  return holders
}
