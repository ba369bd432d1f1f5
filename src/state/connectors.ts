import type { CrmAccount } from '../contract/session.ts'
import { atomically, upsert } from './rows/batches.ts'
import { fromFlag, fromJson, fromTimeOrNull, toFlag, toJson, toTimeOrNull } from './rows/codec.ts'
import type { Database } from './rows/tables.ts'

/** What is remembered of one connector as a whole. */
export interface ConnectorState {
  /** Records made or changed before this moment were looked at; null before the first look. */
  seenUntil: Date | null
  /** Its first run ended. */
  firstRunDone: boolean
  /** Names the rules that what is remembered as absent or ambiguous was decided by; null before the first look. */
  matching: string | null
  /** Whose records they are; null before it was asked, or where the CRM does not tell. */
  account: CrmAccount | null
  /** Our own calls, by the CRM's day (`YYYY-MM-DD`). */
  callsByDay: Readonly<Record<string, number>>
  /** As the CRM last told it; null before its first answer. */
  quota: Quota | null
}

/** Calls that a CRM answers in one day, and whose midnight ends it. */
export interface Quota {
  daily: number
  timeZone: string | null
}

/** Days of calls that are kept: the CRM's day may differ from ours by one, the rest is for people who look. */
const DAYS_KEPT = 14

const NEW: ConnectorState = {
  seenUntil: null,
  firstRunDone: false,
  matching: null,
  account: null,
  callsByDay: {},
  quota: null,
}

export type Connectors = ReturnType<typeof connectorsOf>

export function connectorsOf(db: Database) {
  /** Changes what is named, leaves the rest. */
  const update = (connector: string, changes: Partial<ConnectorState>): Promise<void> =>
    atomically(db, async inside => {
      const { seenUntil, firstRunDone, matching, account, callsByDay, quota } = {
        ...(await read(inside, connector)),
        ...changes,
      }
      const row = {
        connector,
        seenUntil: toTimeOrNull(seenUntil),
        firstRunDone: toFlag(firstRunDone),
        matching,
        account: account === null ? null : toJson(account),
        callsByDay: toJson(callsByDay),
        quota: quota === null ? null : toJson(quota),
      }
      await upsert(inside, 'connectors', ['connector'], [row])
    })

  return {
    /** One that never ran has nothing seen, nothing done, no calls. */
    get: (connector: string): Promise<ConnectorState> => read(db, connector),

    update,

    /** All that ever ran, those too that the config does not have any more; in byte order. */
    async names(): Promise<string[]> {
      const rows = await db.selectFrom('connectors').select('connector').orderBy('connector').execute()
      return rows.map(({ connector }) => connector)
    },

    /** Counts calls on a day; days long past are dropped. */
    addCalls: (connector: string, day: string, calls: number): Promise<void> =>
      atomically(db, async inside => {
        const { callsByDay } = await read(inside, connector)
        const counted = { ...callsByDay, [day]: (callsByDay[day] ?? 0) + calls }
        const kept = Object.entries(counted).sort(byDay).slice(-DAYS_KEPT)
        await connectorsOf(inside).update(connector, { callsByDay: Object.fromEntries(kept) })
      }),
  }
}

async function read(db: Database, connector: string): Promise<ConnectorState> {
  const row = await db
    .selectFrom('connectors')
    .selectAll()
    .where('connector', '=', connector)
    .executeTakeFirst()
  if (row === undefined) return NEW
  return {
    seenUntil: fromTimeOrNull(row.seenUntil),
    firstRunDone: fromFlag(row.firstRunDone),
    matching: row.matching,
    account: row.account === null ? null : fromJson(row.account),
    callsByDay: fromJson(row.callsByDay),
    quota: row.quota === null ? null : fromJson(row.quota),
  }
}

const byDay = ([left]: [string, number], [right]: [string, number]): number =>
  left < right ? -1 : left > right ? 1 : 0
