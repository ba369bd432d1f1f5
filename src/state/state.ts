import { type Accounts, accountsOf } from './accounts.ts'
import { type Candidates, candidatesOf } from './candidates.ts'
import { type Changes, changesOf } from './changes.ts'
import { type Connectors, connectorsOf } from './connectors.ts'
import { connect, connectCopy } from './database/connect.ts'
import { locate, type StatePlace } from './database/location.ts'
import { type DeliveredValues, deliveredOf } from './delivered.ts'
import { type Forgotten, type ForgottenPerson, forget, forgetPerson, forgetRetired } from './forget.ts'
import type { HeldLease } from './lease/held-lease.ts'
import { type Links, linksOf } from './links.ts'
import { type LostLinks, lostLinksOf } from './lost-links.ts'
import { type Matching, matchingOf } from './matching.ts'
import { type Moves, movesOf } from './moves.ts'
import { type Notices, noticesOf } from './outbox/notices.ts'
import { type Outcomes, recordOutcomes } from './outcomes.ts'
import { type People, peopleOf } from './people.ts'
import { type Rejections, rejectionsOf } from './rejections.ts'
import { type RelatedRecords, relatedRecordsOf } from './related-records.ts'
import { prune } from './retention.ts'
import { atomically } from './rows/batches.ts'
import type { Database } from './rows/tables.ts'
import { type Runs, runsOf } from './runs.ts'
import { type Tickets, ticketsOf } from './tickets.ts'

/** What is remembered between runs. */
export interface State {
  readonly accounts: Accounts
  readonly moves: Moves
  readonly runs: Runs
  readonly links: Links
  readonly matching: Matching
  readonly lostLinks: LostLinks
  readonly candidates: Candidates
  readonly connectors: Connectors
  readonly delivered: DeliveredValues
  readonly changes: Changes
  readonly rejections: Rejections
  readonly tickets: Tickets
  readonly related: RelatedRecords
  readonly people: People
  readonly notices: Notices

  /** After each batch that the CRM answered: outcomes, delivered values, links and rejections together. */
  recordOutcomes(outcomes: Outcomes): Promise<void>
  /** Removes all that is kept of these accounts; returns how much there was. */
  forget(domains: readonly string[]): Promise<Forgotten>
  /** Removes all that is kept of the person of this email, at whichever accounts. */
  forgetPerson(email: string): Promise<ForgottenPerson>
  /** Ends the memory of retired accounts whose fields are cleared; returns how many there were. */
  forgetRetired(domains: readonly string[]): Promise<number>
  /** Drops runs, and changes of runs, that began before, and notices that were settled before. */
  prune(before: { runs: Date; changes: Date; notices: Date }): Promise<void>

  /**
   * All of `work` is kept, or, when it throws, nothing. Inside, use the state that `work` is given: this one waits for
   * the end of the transaction. One that is given may be nested; it joins the outer one.
   */
  transaction<T>(work: (state: State) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** How a state is opened. */
export interface OpenOptions {
  /** Makes and changes nothing; where there is no state, or an older one, a throw-away copy stands in. */
  readOnly?: boolean
  /** The lease that is held: once another process took it over, nothing more is written. */
  lease?: Pick<HeldLease, 'fence'>
}

/**
 * Opens the state at `place`, makes it where it is not there, and brings it up to date. A process opens a state for
 * writing once and shares it: two in one process would wait for each other's transactions without letting them end.
 * Throws `UserError` where the place is no use or the state newer than the program.
 */
export async function openState(place: StatePlace | string, options: OpenOptions = {}): Promise<State> {
  const { readOnly = false, lease } = options
  const { db, close } = await connect(locate(place), { readOnly, fence: lease?.fence ?? null })
  return stateOf(db, close)
}

/** A copy of the state to do anything with: nothing at `place` is made or changed, and `close` removes the copy. */
export async function forkState(place: StatePlace | string): Promise<State> {
  const { db, close } = await connectCopy(locate(place))
  return stateOf(db, close)
}

function stateOf(db: Database, close: () => Promise<void>): State {
  const state: State = {
    accounts: accountsOf(db),
    moves: movesOf(db),
    runs: runsOf(db),
    links: linksOf(db),
    matching: matchingOf(db),
    lostLinks: lostLinksOf(db),
    candidates: candidatesOf(db),
    connectors: connectorsOf(db),
    delivered: deliveredOf(db),
    changes: changesOf(db),
    rejections: rejectionsOf(db),
    tickets: ticketsOf(db),
    related: relatedRecordsOf(db),
    people: peopleOf(db),
    notices: noticesOf(db),
    recordOutcomes: outcomes => recordOutcomes(db, outcomes),
    forget: domains => forget(db, domains),
    forgetPerson: email => forgetPerson(db, email),
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
