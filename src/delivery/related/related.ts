import type { FieldMapping } from '../../config/mapping.ts'
import type { Account } from '../../domain/account.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { fieldsHash } from '../../plan/fields/fields-hash.ts'
import type { ConnectorRun } from '../connector-run.ts'
import type { Matching } from '../match/matching.ts'
import { type SharedRecords, sharedRecords } from '../shared-records.ts'
import { learnRelated } from './learn-related.ts'

/** What planning leads and contacts beside the records of accounts goes by. */
export interface Beside {
  run: ConnectorRun
  matching: Matching
  shared: SharedRecords
  /** Keys of changes that are wanted and were refused before: their rejections stand. */
  refusedBefore: Set<string>
}

export const besideOf = async (run: ConnectorRun, matching: Matching): Promise<Beside> => ({
  run,
  matching,
  shared: await sharedRecords(run.state, matching.plan),
  refusedBefore: new Set(),
})

/** Keeps what the CRM did not refuse before; returns the keys of the others. */
export async function keepPlanned(
  { run, matching, refusedBefore }: Beside,
  fields: readonly FieldMapping[],
  changes: readonly PlannedChange[],
): Promise<ReadonlySet<string>> {
  const { state, runId } = run
  const rejected = await state.rejections.get(
    matching.connector.name,
    changes.map(({ key }) => key),
  )
  for (const key of rejected.keys()) refusedBefore.add(key)
  const isRefused = (change: PlannedChange) => {
    const before = rejected.get(change.key)
    return (
      before !== undefined &&
      before.status !== 'retry' &&
      before.fieldsHash === fieldsHash(change, { fields })
    )
  }
  const going = changes.filter(change => !isRefused(change))
  await state.changes.plan(runId, await learnRelated(matching, going))
  return new Set(changes.filter(isRefused).map(({ key }) => key))
}

/** Names that a company goes by: ours, for a CRM that knows it by name alone. */
export const namesOf = ({ name, domain }: Account): string[] => [
  ...new Set([...(name === null ? [] : [name]), domain]),
]
