import type { CountedStore } from '../domain/counted-signals.ts'
import { atomically } from './rows/batches.ts'
import { fromFlag, fromJson, fromTime, fromTimeOrNull, toJson, toTime } from './rows/codec.ts'
import type { Database, RunRow, RunStatus } from './rows/tables.ts'

export interface Run {
  /** UUID v7: later runs have greater ids. */
  id: string
  startedAt: Date
  finishedAt: Date | null
  asOf: Date
  model: { name: string; hash: string }
  status: RunStatus
  /** Whether it wrote accounts, so that an earlier `as_of` can't follow. */
  remembered: boolean
  /** The run report as it was given to `finish`; null until then. */
  report: unknown
}

export type Runs = ReturnType<typeof runsOf>

export function runsOf(db: Database) {
  const latest = db.selectFrom('runs').selectAll().orderBy('startedAt', 'desc').orderBy('id', 'desc')

  const remembered = db
    .selectFrom('runs')
    .selectAll()
    .where('remembered', '=', 1)
    .orderBy('asOf', 'desc')
    .orderBy('startedAt', 'desc')
    .limit(1)

  return {
    begin: async (run: Pick<Run, 'id' | 'startedAt' | 'asOf' | 'model'>): Promise<void> => {
      await db
        .insertInto('runs')
        .values({
          id: run.id,
          startedAt: toTime(run.startedAt),
          asOf: toTime(run.asOf),
          modelName: run.model.name,
          modelHash: run.model.hash,
          status: 'running',
          remembered: 0,
        })
        .execute()
    },

    /** Keeps what the run counted in the store; together with the accounts, so that neither is there without the other. */
    keepCounted: async (id: string, counted: CountedStore): Promise<void> => {
      await db
        .updateTable('runs')
        .set({ counted: toJson(counted) })
        .where('id', '=', id)
        .execute()
    },

    finish: async (
      id: string,
      end: { at: Date; status: Exclude<RunStatus, 'running'>; report: unknown },
    ): Promise<void> => {
      await db
        .updateTable('runs')
        .set({ status: end.status, finishedAt: toTime(end.at), report: toJson(end.report) })
        .where('id', '=', id)
        .execute()
    },

    /**
     * Marks runs whose process is gone as failed, and drops what they planned and did not send; what is in a job stays
     * until the CRM told what became of it. For the holder of the lease, before it begins its own. Returns how many.
     */
    failAbandoned: (at: Date): Promise<number> =>
      atomically(db, async inside => {
        const dead = await inside.selectFrom('runs').select('id').where('status', '=', 'running').execute()
        for (const { id } of dead) {
          await inside
            .deleteFrom('changes')
            .where('runId', '=', id)
            .where('status', '=', 'planned')
            .where('ticket', 'is', null)
            .execute()
        }
        await inside
          .updateTable('runs')
          .set({ status: 'failed', finishedAt: toTime(at) })
          .where('status', '=', 'running')
          .execute()
        return dead.length
      }),

    async get(id: string): Promise<Run | undefined> {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toRun(row)
    },

    /** Newest first. */
    async list(limit: number): Promise<Run[]> {
      return (await latest.limit(limit).execute()).map(toRun)
    },

    /** The newest that ended with something done: `ok` or `partial`. */
    async lastFinished(): Promise<Run | undefined> {
      const row = await latest.where('status', 'in', ['ok', 'partial']).limit(1).executeTakeFirst()
      return row && toRun(row)
    },

    /** The one that left the accounts as they stand, however it ended; a revert is none. */
    async lastRemembered(): Promise<Run | undefined> {
      const row = await remembered.executeTakeFirst()
      return row && toRun(row)
    },

    /** What that one counted in the store; null where there is none, or it was an older oql's. */
    async lastCounted(): Promise<CountedStore | null> {
      const row = await remembered.executeTakeFirst()
      return row?.counted ? fromJson<CountedStore>(row.counted) : null
    },

    /** The moment that the remembered accounts stand at; null before the first run that wrote any. */
    async lastAsOf(): Promise<Date | null> {
      const row = await db
        .selectFrom('runs')
        .select(({ fn }) => fn.max('asOf').as('asOf'))
        .where('remembered', '=', 1)
        .executeTakeFirst()
      return fromTimeOrNull(row?.asOf ?? null)
    },
  }
}

const toRun = (row: RunRow): Run => ({
  id: row.id,
  startedAt: fromTime(row.startedAt),
  finishedAt: fromTimeOrNull(row.finishedAt),
  asOf: fromTime(row.asOf),
  model: { name: row.modelName, hash: row.modelHash },
  status: row.status,
  remembered: fromFlag(row.remembered),
  report: row.report === null ? null : fromJson<unknown>(row.report),
})
