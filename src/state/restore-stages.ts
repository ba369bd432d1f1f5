import { sql } from 'kysely'
import type { Stage } from '../domain/stage.ts'
import { atomically, chunks, ROWS_PER_STATEMENT, valuesOf } from './batches.ts'
import type { Database } from './tables.ts'

/** Our own stage and stage_since as found on the record of an account. */
export interface StageInCrm {
  domain: string
  stage: Stage
  stageSince: Date
}

/**
 * Takes the CRM's word for the stages of accounts that the state did not know: their step was no move, so its
 * `direction` goes, and the score follows the stage (0 when inactive).
 */
export const restoreStages = (db: Database, batch: readonly StageInCrm[]): Promise<void> =>
  atomically(db, async inside => {
    for (const some of chunks(batch, ROWS_PER_STATEMENT)) {
      const rows = some.map(({ domain, stage, stageSince }) => ({
        domain,
        stage,
        since: String(stageSince.getTime()),
      }))
      await inside
        .with('crm(domain, stage, since)', () => valuesOf(rows, ['domain', 'stage', 'since']))
        .updateTable('accounts')
        .from('crm')
        .set(({ ref, eb }) => ({
          stage: ref('crm.stage'),
          stageSince: sql<number>`cast(${ref('crm.since')} as bigint)`,
          lowerSince: null,
          direction: null,
          score: eb.case().when('crm.stage', '=', 'inactive').then(0).else(ref('accounts.points')).end(),
        }))
        .whereRef('accounts.domain', '=', 'crm.domain')
        .execute()
    }
  })
