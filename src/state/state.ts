import { existsSync } from 'node:fs'
import { CamelCasePlugin, type Dialect, Kysely } from 'kysely'
import { type Accounts, accountsOf } from './accounts.ts'
import { atomically } from './batches.ts'
import { type Candidates, candidatesOf } from './candidates.ts'
import { type Changes, changesOf } from './changes.ts'
import { type Connectors, connectorsOf } from './connectors.ts'
import { type DeliveredValues, deliveredOf } from './delivered.ts'
import { forget, forgetRetired } from './forget.ts'
import { copyState } from './fork.ts'
import { type Links, linksOf } from './links.ts'
import { locate } from './location.ts'
import { type Matching, matchingOf } from './matching.ts'
import { isCurrent, migrate } from './migrate.ts'
import { type Moves, movesOf } from './moves.ts'
import { type Outcomes, recordOutcomes } from './outcomes.ts'
import { type Rejections, rejectionsOf } from './rejections.ts'
import { prune } from './retention.ts'
import { type Runs, runsOf } from './runs.ts'
import { sqliteDialect } from './sqlite.ts'
import type { Database, Tables } from './tables.ts'
import { type Tickets, ticketsOf } from './tickets.ts'

/** What is remembered between runs. */
export interface State {
  readonly accounts: Accounts
  readonly moves: Moves
  readonly runs: Runs
  readonly links: Links
  readonly matching: Matching
  readonly candidates: Candidates
  readonly connectors: Connectors
  readonly delivered: DeliveredValues
  readonly changes: Changes
  readonly rejections: Rejections
  readonly tickets: Tickets

  /** After each batch that the CRM answered: outcomes, delivered values, links and rejections together. */
  recordOutcomes(outcomes: Outcomes): Promise<void>
  /** Removes all that is kept of these accounts; returns how many there were. */
  forget(domains: readonly string[]): Promise<number>
  /** Ends the memory of retired accounts whose fields are cleared; returns how many there were. */
  forgetRetired(domains: readonly string[]): Promise<number>
  /** Drops runs, and changes of runs, that began before. */
  prune(before: { runs: Date; changes: Date }): Promise<void>

  /**
   * All of `work` is kept, or, when it throws, nothing. Inside, use the state that `work` is given: this one waits for
   * the end of the transaction. One that is given may be nested; it joins the outer one.
   */
  transaction<T>(work: (state: State) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Opens the state at `url`, makes it where it is not there, and brings it up to date. A process opens a state for
 * writing once and shares it: two in one process would wait for each other's transactions without letting them end.
 * `readOnly` makes and changes nothing; where there is no state, or an older one, a throw-away copy stands in.
 * Throws `UserError` where the place is no use or the state newer than the program.
 */
export async function openState(url: string, options: { readOnly?: boolean } = {}): Promise<State> {
  const location = locate(url)
  if (location.kind === 'memory') return ready(await sqliteDialect(':memory:', 'throw_away'), url)
  const { path } = location
  if (options.readOnly !== true) return ready(await sqliteDialect(path, 'durable'), path)
  if (!existsSync(path)) return forkState(url)
  const db = connect(await sqliteDialect(path, 'read_only'))
  const current = await isCurrent(db, path).catch(closing(db))
  if (current) return stateOf(db, () => db.destroy())
  await db.destroy()
  return forkState(url)
}

/** A copy of the state to do anything with: nothing at `url` is made or changed, and `close` removes the copy. */
export async function forkState(url: string): Promise<State> {
  const location = locate(url)
  if (location.kind === 'memory') return openState(url)
  const copy = await copyState(location.path)
  try {
    return await ready(await sqliteDialect(copy.path, 'throw_away'), location.path, copy.remove)
  } catch (error) {
    await copy.remove()
    throw error
  }
}

async function ready(dialect: Dialect, place: string, afterClose = async () => {}): Promise<State> {
  const db = connect(dialect)
  await migrate(db, place).catch(closing(db))
  return stateOf(db, async () => {
    await db.destroy()
    await afterClose()
  })
}

const connect = (dialect: Dialect): Database =>
  new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin({ underscoreBeforeDigits: true })] })

const closing =
  (db: Database) =>
  async (error: unknown): Promise<never> => {
    await db.destroy()
    throw error
  }

function stateOf(db: Database, close: () => Promise<void>): State {
  const state: State = {
    accounts: accountsOf(db),
    moves: movesOf(db),
    runs: runsOf(db),
    links: linksOf(db),
    matching: matchingOf(db),
    candidates: candidatesOf(db),
    connectors: connectorsOf(db),
    delivered: deliveredOf(db),
    changes: changesOf(db),
    rejections: rejectionsOf(db),
    tickets: ticketsOf(db),
    recordOutcomes: outcomes => recordOutcomes(db, outcomes),
    forget: domains => forget(db, domains),
    forgetRetired: domains => forgetRetired(db, domains),
    prune: before => prune(db, before),
    transaction: work =>
      atomically(db, inside => work(inside === db ? state : stateOf(inside, () => closedByItsOwner()))),
    close,
  }
  return state
}

const closedByItsOwner = (): never => {
  throw new Error('A state that is given to a transaction ends with it')
}
