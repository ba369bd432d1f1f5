import type { CountedSignals, CountedStore } from '../domain/counted-signals.ts'
import type { LandedFile } from '../store/landing.ts'

/** What is kept of a day: the signals that counted, and, by the key of their file, those that are there at all. */
interface CountedDay {
  accepted: number
  byFile: Readonly<Record<string, number>>
}

/**
 * Signals of the whole store and of each source.
 * @param days day → counts, oldest first
 * @param sources their names, in the config's order
 */
export function countedStore(
  days: Iterable<readonly [day: string, CountedDay]>,
  landed: readonly LandedFile[],
  sources: readonly string[],
): CountedStore {
  const holders = Map.groupBy(landed, ({ file }) => file.key)
  const store = nothing()
  const bySource = new Map(sources.map(name => [name, nothing()]))
  for (const [day, { accepted, byFile }] of days) {
    add(store, day, accepted)
    for (const [key, signals] of Object.entries(byFile)) {
      const names = new Set(holders.get(key)?.map(({ file }) => file.sourceName))
      for (const name of names) add(bySource.get(name), day, signals)
    }
  }
  return { ...store, sources: [...bySource].map(([name, counted]) => ({ name, ...counted })) }
}

const nothing = (): CountedSignals => ({ signals: 0, newest: null })

function add(counted: CountedSignals | undefined, day: string, signals: number): void {
  if (counted === undefined || signals === 0) return
  counted.signals += signals
  counted.newest = day
}
