import type { RemoteRecord } from '../../contract/records.ts'
import { accountsOf, type Candidate, candidateOf } from '../../plan/match/match.ts'
import { chunked } from '../read/chunked.ts'
import type { Matching } from './matching.ts'

/** Records staged at once. */
const PAGE = 1_000

/** Candidates by account, for each account that is asked for. */
export type Filed = ReadonlyMap<string, Candidate[]>

export const nothingFiled = (domains: readonly string[]): Filed =>
  new Map(domains.map((domain): [string, Candidate[]] => [domain, []]))

/** Puts a record to those of the accounts that it may belong to. */
export function file({ rules, normalise }: Matching, filed: Filed, record: RemoteRecord): void {
  const candidate = candidateOf(record, rules, normalise)
  for (const domain of accountsOf(candidate)) filed.get(domain)?.push(candidate)
}

/**
 * The candidates of these accounts among all records of the CRM, which are read once in a run, at the first question:
 * a CRM that can't be asked by the field that matches is asked for everything or for nothing.
 */
export async function amongAll(matching: Matching, domains: readonly string[]): Promise<Filed> {
  if (!matching.whole.isStaged) await stageAll(matching)
  const found = await matching.state.candidates.get(matching.connector.name, domains)
  const filed = nothingFiled(domains)
  for (const records of found.values()) for (const record of records) file(matching, filed, record)
  return filed
}

/** As `amongAll`, as the records are now: since they were read, some were removed, merged or changed by us. */
export async function amongAllNow(matching: Matching, domains: readonly string[]): Promise<Filed> {
  const { connector, plan, fields, whole } = matching
  const wasStaged = whole.isStaged
  const then = await amongAll(matching, domains)
  if (!wasStaged) return then
  const ids = [...then.values()].flat().map(({ record }) => record.remoteId)
  const now = nothingFiled(domains)
  const query = { object: plan.mapping.object, ids: [...new Set(ids)] } as const
  if (ids.length === 0) return now
  for await (const record of connector.session.read(query, fields, connector.call))
    file(matching, now, record)
  return now
}

/** Forgets what was read whole: it is as old as the run. */
export async function dropWhole({ connector, state, whole }: Matching): Promise<void> {
  if (whole.isStaged) await state.candidates.clear(connector.name)
  whole.isStaged = false
}

/** Keeps the records that may be an account's, in the state and not in memory. */
async function stageAll(matching: Matching): Promise<void> {
  const { connector, state, plan, fields, rules, normalise, whole } = matching
  await state.candidates.clear(connector.name)
  const query = { object: plan.mapping.object, all: true } as const
  for await (const records of chunked(connector.session.read(query, fields, connector.call), PAGE)) {
    const rows = records.flatMap(record =>
      [...accountsOf(candidateOf(record, rules, normalise))].map(domain => ({ domain, record })),
    )
    const accounts = await state.accounts.get(rows.map(({ domain }) => domain))
    await state.candidates.add(
      connector.name,
      rows.filter(({ domain }) => accounts.has(domain)),
    )
  }
  whole.isStaged = true
}
