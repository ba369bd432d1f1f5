import type { Failure } from '../contract/records.ts'
import type { ChangeKind, PlannedChange, Priority } from '../domain/planned-change.ts'
import {
  atomically,
  chunks,
  each,
  lookUp,
  pages,
  ROWS_PER_PAGE,
  ROWS_PER_STATEMENT,
  upsert,
  valuesOf,
} from './rows/batches.ts'
import { fromJson, toJson } from './rows/codec.ts'
import type { ChangeRow, ChangeStatus, Database } from './rows/tables.ts'

/** A planned change and what became of it. */
export interface RunChange extends PlannedChange {
  runId: string
  status: ChangeStatus
  /** Only of a failed one. */
  failure: Failure | null
}

/** What became of one change. `remoteId` is the record that was written or made, where there is one. */
export interface ChangeOutcome {
  object: string
  key: string
  status: Exclude<ChangeStatus, 'planned'>
  remoteId: string | null
  failure: Failure | null
}

/** How many changes of one object and worth make records, or change them. */
export interface PlannedOfKind {
  object: string
  creates: boolean
  priority: Priority
  changes: number
}

export type Changes = ReturnType<typeof changesOf>

export function changesOf(db: Database) {
  /** In order of worth, then of key: `priority, key, object` names one change of a run and connector. */
  const inOrder = (runId: string, connector: string, after: ChangeRow | undefined, size: number) =>
    db
      .selectFrom('changes')
      .selectAll()
      .where('runId', '=', runId)
      .where('connector', '=', connector)
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('priority', 'key', 'object'),
          '>',
          tuple(after?.priority ?? 0, after?.key ?? '', after?.object ?? ''),
        ),
      )
      .orderBy('priority')
      .orderBy('key')
      .orderBy('object')
      .limit(size)

  return {
    /** Planned anew, a change takes the place of the one before. With a ticket it is in that job. */
    plan: (runId: string, batch: readonly PlannedChange[], ticket: string | null = null): Promise<void> =>
      atomically(db, inside =>
        upsert(
          inside,
          'changes',
          ['runId', 'connector', 'object', 'key'],
          batch.map(change => toRow(runId, change, ticket)),
        ),
      ),

    /** Pages of those without an outcome that are in no job, most worth first. Outcomes may be recorded meanwhile. */
    async *planned(runId: string, connector: string, size = ROWS_PER_PAGE): AsyncGenerator<PlannedChange[]> {
      const found = pages<ChangeRow>(size, after =>
        inOrder(runId, connector, after, size)
          .where('status', '=', 'planned')
          .where('ticket', 'is', null)
          .execute(),
      )
      for await (const page of found) yield page.map(toPlanned)
    },

    /** All of a run and connector, most worth first. */
    list: (runId: string, connector: string, size = ROWS_PER_PAGE): AsyncIterable<RunChange> =>
      each(
        pages<ChangeRow>(size, after => inOrder(runId, connector, after, size).execute()),
        toRunChange,
      ),

    /** The connectors that a run planned changes for. */
    async connectorsOf(runId: string): Promise<string[]> {
      const rows = await db
        .selectFrom('changes')
        .select('connector')
        .distinct()
        .where('runId', '=', runId)
        .orderBy('connector')
        .execute()
      return rows.map(row => row.connector)
    },

    /** Those without an outcome that are in no job, by what keeps them apart on their way. */
    async plannedByKind(runId: string, connector: string): Promise<PlannedOfKind[]> {
      const rows = await db
        .selectFrom('changes')
        .select(({ fn, eb }) => [
          'object',
          'priority',
          eb('remoteId', 'is', null).as('creates'),
          fn.countAll<number>().as('changes'),
        ])
        .where('runId', '=', runId)
        .where('connector', '=', connector)
        .where('status', '=', 'planned')
        .where('ticket', 'is', null)
        // Leads and contacts are too few for jobs.
        .where('kind', '=', 'account')
        .groupBy(({ eb }) => ['object', 'priority', eb('remoteId', 'is', null)])
        .orderBy('priority')
        .orderBy('object')
        .execute()
      return rows.map(row => ({ ...row, creates: Boolean(row.creates) }))
    },

    /** Of a page of domains what the run wrote to the accounts' own records, by domain. */
    async written(
      runId: string,
      connector: string,
      domains: readonly string[],
    ): Promise<Map<string, PlannedChange>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('changes')
          .selectAll()
          .where('runId', '=', runId)
          .where('connector', '=', connector)
          .where('kind', '=', 'account')
          .where('status', '=', 'written')
          .where('domain', 'in', some)
          .execute(),
      )
      return new Map(rows.map(row => [row.domain, toPlanned(row)]))
    },

    /** Of a page of domains those for which the run is going to make a record of this object. */
    async creating(
      runId: string,
      connector: string,
      object: string,
      domains: readonly string[],
    ): Promise<Set<string>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('changes')
          .select('domain')
          .where('runId', '=', runId)
          .where('connector', '=', connector)
          .where('object', '=', object)
          .where('action', '=', 'create')
          .where('status', '=', 'planned')
          .where('domain', 'in', some)
          .execute(),
      )
      return new Set(rows.map(({ domain }) => domain))
    },

    /** Of a page of domains those whose own record's change has an outcome in a run. */
    async settled(runId: string, connector: string, domains: readonly string[]): Promise<Set<string>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('changes')
          .select('domain')
          .where('runId', '=', runId)
          .where('connector', '=', connector)
          .where('kind', '=', 'account')
          .where('status', '<>', 'planned')
          .where('domain', 'in', some)
          .execute(),
      )
      return new Set(rows.map(({ domain }) => domain))
    },

    /** Of all changes of a run, or of those of one kind. */
    async countsByStatus(
      runId: string,
      connector: string,
      kind: ChangeKind | null = null,
    ): Promise<Record<ChangeStatus, number>> {
      const rows = await db
        .selectFrom('changes')
        .select(({ fn }) => ['status', fn.countAll<number>().as('changes')])
        .where('runId', '=', runId)
        .where('connector', '=', connector)
        .$if(kind !== null, query => query.where('kind', '=', kind))
        .groupBy('status')
        .execute()
      const counts = { planned: 0, written: 0, created: 0, failed: 0, skipped: 0 }
      for (const row of rows) counts[row.status] = row.changes
      return counts
    },

    recordOutcomes: (runId: string, connector: string, batch: readonly ChangeOutcome[]): Promise<void> =>
      atomically(db, async inside => {
        for (const some of chunks(batch, ROWS_PER_STATEMENT)) {
          await recordSome(inside, runId, connector, some)
        }
      }),
  }
}

async function recordSome(
  db: Database,
  runId: string,
  connector: string,
  outcomes: readonly ChangeOutcome[],
): Promise<void> {
  const rows = outcomes.map(({ failure, ...outcome }) => ({
    ...outcome,
    failure: failure === null ? null : toJson(failure),
  }))
  await db
    .with('outcome(object, key, status, remoteId, failure)', () =>
      valuesOf(rows, ['object', 'key', 'status', 'remoteId', 'failure']),
    )
    .updateTable('changes')
    .from('outcome')
    .set(({ ref, fn }) => ({
      status: ref('outcome.status'),
      remoteId: fn.coalesce('outcome.remoteId', 'changes.remoteId'),
      failure: ref('outcome.failure'),
    }))
    .where('changes.runId', '=', runId)
    .where('changes.connector', '=', connector)
    // Named outright as well, or SQLite would go through all changes of the run for each batch.
    .where('changes.object', 'in', [...new Set(rows.map(row => row.object))])
    .where(
      'changes.key',
      'in',
      rows.map(row => row.key),
    )
    .whereRef('changes.object', '=', 'outcome.object')
    .whereRef('changes.key', '=', 'outcome.key')
    .execute()
}

const toRow = (runId: string, change: PlannedChange, ticket: string | null): ChangeRow => ({
  runId,
  connector: change.connector,
  kind: change.kind,
  object: change.object,
  key: change.key,
  domain: change.domain,
  remoteId: change.remoteId,
  action: change.action,
  fields: toJson(change.fields),
  ifEmpty: toJson(change.ifEmpty),
  associate: toJson(change.associate),
  why: change.why,
  priority: change.priority,
  status: 'planned',
  failure: null,
  ticket,
})

export const toPlanned = (row: ChangeRow): PlannedChange => ({
  connector: row.connector,
  kind: row.kind,
  key: row.key,
  domain: row.domain,
  object: row.object,
  remoteId: row.remoteId,
  action: row.action,
  fields: fromJson(row.fields),
  ifEmpty: fromJson(row.ifEmpty),
  associate: fromJson(row.associate),
  why: row.why,
  priority: row.priority,
})

const toRunChange = (row: ChangeRow): RunChange => ({
  ...toPlanned(row),
  runId: row.runId,
  status: row.status,
  failure: row.failure === null ? null : fromJson(row.failure),
})
