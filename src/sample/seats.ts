import type { SampleAccount } from './accounts.ts'
import type { Demand } from './budget.ts'
import { ACTS, type Act, type Day, HABITS } from './habits.ts'

/** What the accounts' habits ask for on one day: a seat for each account and act. Reused from day to day. */
export interface Seats {
  count: number
  account: Int32Array
  act: Uint8Array
  times: Uint16Array
  more: Float64Array
}

/** No habit asks for more kinds of act than this on one day. */
const SEATS_PER_ACCOUNT = 8

const ACT_NUMBER = new Map<Act, number>(ACTS.map((act, number) => [act, number]))

export function emptySeats(accounts: number): Seats {
  const length = accounts * SEATS_PER_ACCOUNT
  return {
    count: 0,
    account: new Int32Array(length),
    act: new Uint8Array(length),
    times: new Uint16Array(length),
    more: new Float64Array(length),
  }
}

/** Fills the seats of one day and says what they add up to. */
export function takeSeats(seats: Seats, accounts: readonly SampleAccount[], day: Day): Demand {
  const demand = { fixed: 0, extraWeight: 0 }
  let current = 0
  seats.count = 0
  const emit = (act: Act, times: number, more: number): void => {
    const seat = seats.count
    seats.account[seat] = current
    seats.act[seat] = ACT_NUMBER.get(act) ?? 0
    seats.times[seat] = times
    seats.more[seat] = more
    seats.count += 1
    demand.fixed += times
    demand.extraWeight += more
  }
  for (const [index, account] of accounts.entries()) {
    current = index
    HABITS[account.habit].does(account, day, emit)
  }
  return demand
}
