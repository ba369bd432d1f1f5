import { atomically } from './rows/batches.ts'
import { toTime } from './rows/codec.ts'
import type { Database } from './rows/tables.ts'

/**
 * Drops the runs, and the changes of runs, that began before these moments, and the notices that were settled before. The last run that remembered accounts stays:
 * it says which moment they stand at. The history of stages stays too: it is small, and what people come back for.
 */
export const prune = (db: Database, before: { runs: Date; changes: Date; notices: Date }): Promise<void> =>
  atomically(db, async inside => {
    await inside.deleteFrom('notices').where('settledAt', '<', toTime(before.notices)).execute()
    const startedBefore = (moment: Date) =>
      inside.selectFrom('runs').select('id').where('startedAt', '<', toTime(moment))
    await inside.deleteFrom('changes').where('runId', 'in', startedBefore(before.changes)).execute()

    const last = await inside
      .selectFrom('runs')
      .select('id')
      .where('remembered', '=', 1)
      .orderBy('asOf', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    await inside
      .deleteFrom('runs')
      .where('startedAt', '<', toTime(before.runs))
      .where('status', '<>', 'running')
      .where('id', '<>', last?.id ?? '')
      .execute()
  })
