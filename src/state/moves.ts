import type { Direction, Risk, Stage } from '../domain/stage.ts'
import { atomically, chunks, each, pages, ROWS_PER_PAGE, upsert, VALUES_PER_LOOKUP } from './rows/batches.ts'
import { fromTime, toTime } from './rows/codec.ts'
import type { Database, RiskChangeRow, StageChangeRow } from './rows/tables.ts'

/** An account moved from one stage to another. `from` is null for an account that was never seen before. */
export interface StageChange {
  domain: string
  /** `as_of` of the step that moved it. */
  at: Date
  runId: string
  from: Stage | null
  to: Stage
  direction: Direction
  reason: string
}

export interface RiskChange {
  domain: string
  at: Date
  runId: string
  from: Risk | null
  to: Risk | null
  reason: string
}

/** How many accounts made the same move. */
export interface MoveCount {
  from: Stage | null
  to: Stage
  direction: Direction
  accounts: number
}

export type Moves = ReturnType<typeof movesOf>

/** The history of stages and risks. Written in the transaction that writes the accounts. */
export function movesOf(db: Database) {
  return {
    /** The same step taken again (same account, same moment) takes the place of the first. */
    add: (batch: { stages: readonly StageChange[]; risks: readonly RiskChange[] }): Promise<void> =>
      atomically(db, async inside => {
        await upsert(inside, 'stageChanges', ['domain', 'at'], batch.stages.map(toStageRow))
        await upsert(inside, 'riskChanges', ['domain', 'at'], batch.risks.map(toRiskRow))
      }),

    /** Takes back what a run recorded for accounts whose stage the CRM knew better, before anybody was told. */
    removeOfRun: (runId: string, domains: readonly string[]): Promise<void> =>
      atomically(db, async inside => {
        for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
          for (const table of ['stageChanges', 'riskChanges', 'notices'] as const) {
            await inside.deleteFrom(table).where('runId', '=', runId).where('domain', 'in', some).execute()
          }
        }
      }),

    /** In byte order of domain, then of time. */
    stagesOfRun(runId: string, size = ROWS_PER_PAGE): AsyncIterable<StageChange> {
      const found = pages<StageChangeRow>(size, after =>
        db
          .selectFrom('stageChanges')
          .selectAll()
          .where('runId', '=', runId)
          .where(({ eb, refTuple, tuple }) =>
            eb(refTuple('domain', 'at'), '>', tuple(after?.domain ?? '', after?.at ?? 0)),
          )
          .orderBy('domain')
          .orderBy('at')
          .limit(size)
          .execute(),
      )
      return each(found, toStageChange)
    },

    /** In byte order of domain, then of time. */
    risksOfRun(runId: string, size = ROWS_PER_PAGE): AsyncIterable<RiskChange> {
      const found = pages<RiskChangeRow>(size, after =>
        db
          .selectFrom('riskChanges')
          .selectAll()
          .where('runId', '=', runId)
          .where(({ eb, refTuple, tuple }) =>
            eb(refTuple('domain', 'at'), '>', tuple(after?.domain ?? '', after?.at ?? 0)),
          )
          .orderBy('domain')
          .orderBy('at')
          .limit(size)
          .execute(),
      )
      return each(found, toRiskChange)
    },

    /** The stages that one account went through, oldest first. */
    async historyOf(domain: string): Promise<StageChange[]> {
      const rows = await db
        .selectFrom('stageChanges')
        .selectAll()
        .where('domain', '=', domain)
        .orderBy('at')
        .execute()
      return rows.map(toStageChange)
    },

    /** Of one run, most accounts first. */
    countsByMove: (runId: string): Promise<MoveCount[]> =>
      db
        .selectFrom('stageChanges')
        .select(({ fn }) => [
          'fromStage as from',
          'toStage as to',
          'direction',
          fn.countAll<number>().as('accounts'),
        ])
        .where('runId', '=', runId)
        .groupBy(['fromStage', 'toStage', 'direction'])
        .orderBy('accounts', 'desc')
        .orderBy('fromStage', order => order.asc().nullsFirst())
        .orderBy('toStage')
        .execute(),
  }
}

const toStageRow = ({ at, from, to, ...change }: StageChange): StageChangeRow => ({
  domain: change.domain,
  at: toTime(at),
  runId: change.runId,
  fromStage: from,
  toStage: to,
  direction: change.direction,
  reason: change.reason,
})

const toRiskRow = ({ at, from, to, ...change }: RiskChange): RiskChangeRow => ({
  domain: change.domain,
  at: toTime(at),
  runId: change.runId,
  fromRisk: from,
  toRisk: to,
  reason: change.reason,
})

const toStageChange = ({ at, fromStage, toStage, ...change }: StageChangeRow): StageChange => ({
  ...change,
  at: fromTime(at),
  from: fromStage,
  to: toStage,
})

const toRiskChange = ({ at, fromRisk, toRisk, ...change }: RiskChangeRow): RiskChange => ({
  ...change,
  at: fromTime(at),
  from: fromRisk,
  to: toRisk,
})
