import { type Company, companyOf } from './company.ts'
import { HABITS, type Habit } from './habits.ts'
import { between, fraction, mix } from './random.ts'

/** A company with a habit: what the generator keeps of each, whatever the number of signals. */
export interface SampleAccount extends Company {
  seed: number
  habit: Habit
  activity: number
  days: number
  /** People and machines that act for it. */
  actors: number
}

/** Which companies there are; the same seed gives the same ones. */
export interface Population {
  accounts: number
  seed: number
}

const HABIT_NAMES = Object.keys(HABITS).filter((name): name is Habit => name in HABITS)
const MOST = Math.max(...HABIT_NAMES.map(name => HABITS[name].share))

/** Every habit once, then again those with a larger share: the first dozen accounts show them all. */
const DECK: readonly Habit[] = Array.from({ length: MOST }, (_, round) =>
  HABIT_NAMES.filter(name => HABITS[name].share > round),
).flat()

/** The tail: one in a hundred does thirty times what most do, and none more than MAX_ACTIVITY times. */
const TAIL_EXPONENT = 1 / 1.3
const MAX_ACTIVITY = 300
const MAX_ACTORS = 400

export function accountsOf({ accounts, seed }: Population, days: number): SampleAccount[] {
  return Array.from({ length: accounts }, (_, number) => {
    const own = mix(mix(seed, 101), number)
    const activity = Math.min(MAX_ACTIVITY, (1 - fraction(own, 1)) ** -TAIL_EXPONENT)
    return {
      ...companyOf(seed, number),
      seed: own,
      habit: DECK[number % DECK.length] ?? 'telemetry',
      activity,
      days,
      actors: Math.min(MAX_ACTORS, between(own, 2, 1, 4) + Math.floor(activity)),
    }
  })
}
