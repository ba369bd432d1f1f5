import {
  atomically,
  chunks,
  each,
  lastOfEach,
  lookUp,
  pages,
  ROWS_PER_PAGE,
  ROWS_PER_STATEMENT,
  VALUES_PER_LOOKUP,
} from './rows/batches.ts'
import { fromTime, toTime } from './rows/codec.ts'
import type { Database, RejectionRow, RejectionStatus } from './rows/tables.ts'

/** A change that the CRM did not take as it is. */
export interface Rejection {
  /** `connector/domain`, or a lead's key or an email in the domain's place: what people name it by. */
  key: string
  connector: string
  domain: string
  /** In the CRM's own words. */
  reason: string
  code: string | null
  field: string | null
  trace: string | null
  /** Of the fields that were refused: the same again is not sent unless somebody asks. */
  fieldsHash: string
  /** First refused. */
  since: Date
  /** Times that it was refused. */
  attempts: number
  /** `retry`: the next run sends it. `dismissed`: not sent again until the change differs. */
  status: RejectionStatus
}

/** A refusal as it comes from a run; `since` and `attempts` go on from an earlier one. */
export type Refusal = Omit<Rejection, 'key' | 'since' | 'attempts' | 'status' | 'connector'> & {
  /** The change's key. */
  name: string
}

export type Rejections = ReturnType<typeof rejectionsOf>

export function rejectionsOf(db: Database) {
  return {
    /** Raises rejections, or counts one more attempt on those that stand; they are open again. */
    raise: (connector: string, batch: readonly Refusal[], at: Date): Promise<void> =>
      atomically(db, async inside => {
        for (const some of chunks(batch, ROWS_PER_STATEMENT)) await raiseSome(inside, connector, some, at)
      }),

    /** They went through, or are not wanted any more. */
    resolve: (connector: string, names: readonly string[]): Promise<void> =>
      atomically(db, async inside => {
        for (const some of chunks(
          names.map(name => keyOf(connector, name)),
          VALUES_PER_LOOKUP,
        )) {
          await inside.deleteFrom('rejections').where('key', 'in', some).execute()
        }
      }),

    /** Of a page of changes, by the change's key. */
    async get(connector: string, names: readonly string[]): Promise<Map<string, Rejection>> {
      const keys = names.map(name => keyOf(connector, name))
      const rows = await lookUp(keys, some =>
        db.selectFrom('rejections').selectAll().where('key', 'in', some).execute(),
      )
      return new Map(rows.map(row => [row.key.slice(connector.length + 1), toRejection(row)]))
    },

    /** In byte order of key. */
    list: (size = ROWS_PER_PAGE): AsyncIterable<Rejection> =>
      each(
        pages<RejectionRow>(size, after =>
          db
            .selectFrom('rejections')
            .selectAll()
            .where('key', '>', after?.key ?? '')
            .orderBy('key')
            .limit(size)
            .execute(),
        ),
        toRejection,
      ),

    /** Connector → those that wait for somebody, or for the next run. */
    async countsOpen(): Promise<Record<string, number>> {
      const rows = await db
        .selectFrom('rejections')
        .select(({ fn }) => ['connector', fn.countAll<number>().as('rejections')])
        .where('status', '<>', 'dismissed')
        .groupBy('connector')
        .execute()
      return Object.fromEntries(rows.map(({ connector, rejections }) => [connector, rejections]))
    },

    /** Returns the keys that there are: others were mistyped, or went through. */
    mark: (keys: readonly string[], status: RejectionStatus): Promise<string[]> =>
      atomically(db, async inside => {
        const marked: string[] = []
        for (const some of chunks(keys, VALUES_PER_LOOKUP)) {
          const rows = await inside
            .updateTable('rejections')
            .set({ status })
            .where('key', 'in', some)
            .returning('key')
            .execute()
          marked.push(...rows.map(row => row.key))
        }
        return marked
      }),

    /** Marks every one but the dismissed, and returns how many. */
    async retryAll(): Promise<number> {
      const result = await db
        .updateTable('rejections')
        .set({ status: 'retry' })
        .where('status', '=', 'open')
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },
  }
}

async function raiseSome(
  db: Database,
  connector: string,
  refusals: readonly Refusal[],
  at: Date,
): Promise<void> {
  const rows = lastOfEach(refusals, ({ name }) => name).map(
    ({ name, domain, reason, code, field, trace, fieldsHash }): RejectionRow => ({
      key: keyOf(connector, name),
      connector,
      domain,
      reason,
      code,
      field,
      trace,
      fieldsHash,
      since: toTime(at),
      attempts: 1,
      status: 'open',
    }),
  )
  await db
    .insertInto('rejections')
    .values(rows)
    .onConflict(conflict =>
      conflict.column('key').doUpdateSet(({ ref, eb }) => ({
        reason: ref('excluded.reason'),
        code: ref('excluded.code'),
        field: ref('excluded.field'),
        trace: ref('excluded.trace'),
        fieldsHash: ref('excluded.fieldsHash'),
        attempts: eb('rejections.attempts', '+', 1),
        status: 'open',
      })),
    )
    .execute()
}

/** As people name a rejection. */
const keyOf = (connector: string, name: string): string => `${connector}/${name}`

const toRejection = ({ since, ...row }: RejectionRow): Rejection => ({ ...row, since: fromTime(since) })
