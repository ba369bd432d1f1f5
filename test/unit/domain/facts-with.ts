import { COUNT_FACTS, type Facts, RATIO_FACTS } from '../../../src/domain/facts.ts'

/** The facts of an account without signals, with some of them set. */
export function factsWith(some: Partial<Facts>): Facts {
  const counts = Object.fromEntries(COUNT_FACTS.map(name => [name, 0])) as Pick<
    Facts,
    (typeof COUNT_FACTS)[number]
  >
  const ratios = Object.fromEntries(RATIO_FACTS.map(name => [name, null])) as Pick<
    Facts,
    (typeof RATIO_FACTS)[number]
  >
  return { ...counts, ...ratios, ...some }
}
