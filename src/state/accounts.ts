import type { Account, Remembered } from '../domain/account.ts'
import { STAGES, type Stage } from '../domain/stage.ts'
import {
  REMEMBERED_COLUMNS,
  type RetiredAccount,
  toAccount,
  toAccountRow,
  toRemembered,
} from './rows/account-row.ts'
import {
  atomically,
  chunks,
  each,
  lookUp,
  pages,
  ROWS_PER_PAGE,
  upsert,
  VALUES_PER_LOOKUP,
} from './rows/batches.ts'
import { bestFirstPage } from './rows/best-first.ts'
import type { AccountRow, Database } from './rows/tables.ts'

export type Accounts = ReturnType<typeof accountsOf>

/** What is remembered of accounts. Reads leave retired ones out unless they say otherwise. */
export function accountsOf(db: Database) {
  const inDomainOrder = (size: number) =>
    pages<AccountRow>(size, after =>
      db
        .selectFrom('accounts')
        .selectAll()
        .where('retired', 'is', null)
        .where('domain', '>', after?.domain ?? '')
        .orderBy('domain')
        .limit(size)
        .execute(),
    )

  return {
    /** Everything that the next step needs, retired ones too, in byte order of domain. */
    rememberedAll(size = ROWS_PER_PAGE): AsyncIterable<Remembered> {
      const found = pages<Remembered>(size, after =>
        db
          .selectFrom('accounts')
          .select(REMEMBERED_COLUMNS)
          .where('domain', '>', after?.domain ?? '')
          .orderBy('domain')
          .limit(size)
          .execute()
          .then(rows => rows.map(toRemembered)),
      )
      return each(found, account => account)
    },

    /** Writes accounts as their step left them; one that was retired is an account again. Tells the run that it remembered. */
    put: (batch: readonly Account[], runId: string): Promise<void> =>
      atomically(db, async inside => {
        const rows = batch.map(account => toAccountRow(account, runId))
        await upsert(inside, 'accounts', ['domain'], rows)
        await inside.updateTable('runs').set({ remembered: 1 }).where('id', '=', runId).execute()
      }),

    /** Of a page of domains, those that are there, retired ones too. */
    async get(domains: readonly string[]): Promise<Map<string, Account>> {
      const rows = await lookUp(domains, some =>
        db.selectFrom('accounts').selectAll().where('domain', 'in', some).execute(),
      )
      return new Map(rows.map(row => [row.domain, toAccount(row)]))
    },

    /** Pages in byte order of domain, for planning. */
    async *pages(size = ROWS_PER_PAGE): AsyncGenerator<Account[]> {
      for await (const page of inDomainOrder(size)) yield page.map(toAccount)
    },

    /** In byte order of domain. */
    byDomain: (size = ROWS_PER_PAGE): AsyncIterable<Account> => each(inDomainOrder(size), toAccount),

    /** Score, then signals of 30 days, then last seen, best first; then domain. */
    bestFirst: (size = ROWS_PER_PAGE): AsyncIterable<Account> =>
      each(
        pages<AccountRow>(size, after => bestFirstPage(db, after, size)),
        toAccount,
      ),

    async countsByStage(): Promise<Record<Stage, number>> {
      const rows = await db
        .selectFrom('accounts')
        .select(({ fn }) => ['stage', fn.countAll<number>().as('accounts')])
        .where('retired', 'is', null)
        .groupBy('stage')
        .execute()
      const counts = new Map(rows.map(row => [row.stage, row.accounts]))
      const count = (stage: Stage): [Stage, number] => [stage, counts.get(stage) ?? 0]
      return { ...NONE, ...Object.fromEntries(STAGES.map(count)) }
    },

    /** Marks accounts that the config now leaves out or folds into another. */
    retire: (domains: readonly string[], reason: string): Promise<void> =>
      atomically(db, async inside => {
        for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
          await inside.updateTable('accounts').set({ retired: reason }).where('domain', 'in', some).execute()
        }
      }),

    /** Pages of the retired ones that are not forgotten yet, in byte order of domain. */
    async *retired(size = ROWS_PER_PAGE): AsyncGenerator<RetiredAccount[]> {
      const found = pages<AccountRow & { retired: string }>(size, after =>
        db
          .selectFrom('accounts')
          .selectAll()
          .$narrowType<{ retired: string }>()
          .where('retired', 'is not', null)
          .where('domain', '>', after?.domain ?? '')
          .orderBy('domain')
          .limit(size)
          .execute(),
      )
      for await (const page of found) yield page.map(row => ({ ...toAccount(row), retired: row.retired }))
    },

    /** Of these domains, those that are retired. */
    async retiredOf(domains: readonly string[]): Promise<Set<string>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('accounts')
          .select('domain')
          .where('retired', 'is not', null)
          .where('domain', 'in', some)
          .execute(),
      )
      return new Set(rows.map(row => row.domain))
    },
  }
}

const NONE: Record<Stage, number> = {
  interest: 0,
  investigation: 0,
  experimentation: 0,
  ongoing_usage: 0,
  inactive: 0,
}
