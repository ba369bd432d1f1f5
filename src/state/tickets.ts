import type { Ticket } from '../contract/session.ts'
import type { PlannedChange } from '../domain/planned-change.ts'
import { changesOf, toPlanned } from './changes.ts'
import { atomically, lookUp } from './rows/batches.ts'
import { fromFlag, fromTime, toFlag, toTime } from './rows/codec.ts'
import type { Database } from './rows/tables.ts'

/** A job at a CRM whose results are not recorded yet, with the run that handed it over. */
export interface OpenTicket {
  ticket: Ticket
  runId: string
  /** The moment that its changes stand at. */
  asOf: Date
}

/** A change that was put into a job, and whether its outcome is recorded already: a kill may come between. */
export interface TicketChange {
  change: PlannedChange
  isRecorded: boolean
}

export type Tickets = ReturnType<typeof ticketsOf>

/**
 * Jobs at the CRMs, from before anything is sent until their results are recorded. Their changes have no outcome until
 * then, are not planned anew, and outlive the run that made them.
 */
export function ticketsOf(db: Database) {
  /** Without an outcome, in a job. */
  const waiting = (connector: string) =>
    db
      .selectFrom('changes')
      .where('connector', '=', connector)
      .where('ticket', 'is not', null)
      .where('status', '=', 'planned')

  return {
    /** Keeps a job that was opened, and puts these changes into it, as they are going to be sent. */
    put: (
      runId: string,
      connector: string,
      { id, object, creates }: Ticket,
      { changes, at }: { changes: readonly PlannedChange[]; at: Date },
    ): Promise<void> =>
      atomically(db, async inside => {
        const row = { connector, id, runId, object, creates: toFlag(creates), openedAt: toTime(at) }
        await inside.insertInto('tickets').values(row).execute()
        await changesOf(inside).plan(runId, changes, id)
      }),

    /** Few at a time. Oldest first. */
    async open(connector: string): Promise<OpenTicket[]> {
      const rows = await db
        .selectFrom('tickets')
        .innerJoin('runs', 'runs.id', 'tickets.runId')
        .select(['tickets.id', 'tickets.object', 'tickets.creates', 'tickets.runId', 'runs.asOf'])
        .where('tickets.connector', '=', connector)
        .orderBy('tickets.openedAt')
        .orderBy('tickets.id')
        .execute()
      return rows.map(({ id, object, creates, runId, asOf }) => ({
        ticket: { id, object, creates: fromFlag(creates) },
        runId,
        asOf: fromTime(asOf),
      }))
    },

    /** All that were put into a job: as many as its connector takes in one, and they fit in memory as they did then. */
    async changes(connector: string, id: string): Promise<TicketChange[]> {
      const rows = await db
        .selectFrom('changes')
        .selectAll()
        .where('connector', '=', connector)
        .where('ticket', '=', id)
        .orderBy('priority')
        .orderBy('key')
        .execute()
      return rows.map(row => ({ change: toPlanned(row), isRecorded: row.status !== 'planned' }))
    },

    /** Of a page of domains, those with a change in a job. */
    async waiting(connector: string, domains: readonly string[]): Promise<Set<string>> {
      const rows = await lookUp(domains, some =>
        waiting(connector).select('domain').where('domain', 'in', some).execute(),
      )
      return new Set(rows.map(({ domain }) => domain))
    },

    /** Accounts that are being cleared by a job: they fit in memory as one job does. */
    async retiring(connector: string): Promise<string[]> {
      const rows = await waiting(connector).select('domain').where('action', '=', 'retire').execute()
      return rows.map(({ domain }) => domain)
    },

    /** Changes in jobs: of one run, or of all. */
    async countWaiting(connector: string, runId?: string): Promise<number> {
      const all = waiting(connector).select(({ fn }) => fn.countAll<number>().as('changes'))
      const row = await (runId === undefined ? all : all.where('runId', '=', runId)).executeTakeFirstOrThrow()
      return row.changes
    },

    /**
     * Ends a job. What it has no outcome for is `released`, to be sent another way by the same run, or `dropped`,
     * because the run is over and the next plan tells anew.
     */
    close: (connector: string, id: string, left: 'released' | 'dropped'): Promise<void> =>
      atomically(db, async inside => {
        if (left === 'released') {
          await inside
            .updateTable('changes')
            .set({ ticket: null })
            .where('connector', '=', connector)
            .where('ticket', '=', id)
            .where('status', '=', 'planned')
            .execute()
        } else {
          await inside
            .deleteFrom('changes')
            .where('connector', '=', connector)
            .where('ticket', '=', id)
            .where('status', '=', 'planned')
            .execute()
        }
        await inside.deleteFrom('tickets').where('connector', '=', connector).where('id', '=', id).execute()
      }),
  }
}
