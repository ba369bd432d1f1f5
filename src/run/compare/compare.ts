import type { ConnectorEntry } from '../../config/config.ts'
import { RequestFailed, SessionFault } from '../../contract/faults.ts'
import { describing } from '../../delivery/read/records-by-id.ts'
import type { ConnectorSession } from '../../delivery/session/connector-session.ts'
import { knownAccount } from '../../delivery/session/known-account.ts'
import { openConnector } from '../../delivery/session/open-connector.ts'
import { problemOf } from '../../delivery/session/problem-of.ts'
import { UserError } from '../../domain/errors.ts'
import type { RunSurroundings } from '../surroundings.ts'
import { scored } from '../sync/plan.ts'
import { compareRecords } from './compare-records.ts'
import type { StageComparison } from './compare-stages.ts'

/** Who else may have put stages into the CRM, and the field that holds them there, letter case aside. */
export const OTHERS = { scarf: { name: 'Scarf', field: 'scarf_funnel_stage' } } as const
export type Other = keyof typeof OTHERS

/** What `compare --json` prints. */
export interface Comparison extends StageComparison {
  connector: string
  /** The CRM field that was read. */
  field: string
}

/**
 * Compares each account's stage with the one that somebody else put on its CRM record. Writes nothing: records are
 * matched as a plan matches them, on a copy of the state.
 * @param entries asked in order; the first whose CRM has the field is read
 * @throws UserError where none has it, or a CRM can't be read
 */
export async function compare(
  run: RunSurroundings,
  entries: readonly ConnectorEntry[],
  other: Other,
): Promise<Comparison> {
  const lacking: string[] = []
  for (const entry of entries) {
    const compared = await told(run, entry, () => compareOne(run, entry, other))
    if (compared !== null) return compared
    lacking.push(`${entry.name}: ${entry.mapping.object} has no field ${OTHERS[other].field}`)
  }
  const { name, field } = OTHERS[other]
  throw new UserError(lacking.join('\n') || 'the config has no connector', {
    hint: `${name}'s own CRM sync fills ${field} (Salesforce: ${field}__c). Where it is there, this user may not see it: an admin grants it.`,
  })
}

/** Null where the CRM lacks the field. */
async function compareOne(
  run: RunSurroundings,
  entry: ConnectorEntry,
  other: Other,
): Promise<Comparison | null> {
  const connector = await openConnector(entry, run)
  try {
    const fields = await describing(connector)(entry.mapping.object)
    const field = [...fields.keys()].find(name => isFieldOf(other, name))
    if (field === undefined) return null
    return { connector: entry.name, field, ...(await compareScored(run, entry, connector, fields, field)) }
  } finally {
    await connector.session.close()
  }
}

/** Salesforce's own fields end in `__c`. */
const isFieldOf = (other: Other, name: string): boolean =>
  name.toLowerCase().replace(/__c$/, '') === OTHERS[other].field

async function compareScored(
  run: RunSurroundings,
  entry: ConnectorEntry,
  connector: ConnectorSession,
  fields: Parameters<typeof compareRecords>[0]['fields'],
  field: string,
): Promise<StageComparison> {
  const { state } = await scored(run)
  try {
    await knownAccount(connector, state)
    return await compareRecords({ run, entry, connector, state, fields, field })
  } finally {
    await state.close()
  }
}

/** What the CRM says against it, as people are told everywhere. */
async function told<T>(run: RunSurroundings, entry: ConnectorEntry, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SessionFault || error instanceof RequestFailed)) throw error
    throw new UserError(problemOf(error, { entry, ...run }), {
      hint: 'See all that is lacking with: oql check. --connector names another CRM of the config.',
      cause: error,
    })
  }
}
