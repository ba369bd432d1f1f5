import type { AssociationType } from './association-types.ts'

/** Which records belong together, seen from both ends. */
export interface Associations {
  add(type: AssociationType, fromId: string, toId: string): void
  /** The associated records of an object, with the type ids of each. */
  of(from: string, id: string, to: string): ReadonlyMap<string, ReadonlySet<number>>
  /** What was tied to `old` is tied to `now`: the two were merged. */
  move(object: string, old: string, now: string): void
  /** Every one, from both ends, to be kept in a file. */
  saved(): SavedAssociation[]
}

/** Type id, from, to. */
type SavedAssociation = [number, string, string]

type Ends = Map<string, Map<string, Set<number>>>

const NOBODY: ReadonlyMap<string, ReadonlySet<number>> = new Map()

export function createAssociations(): Associations {
  /** `companies/contacts` → id → id → type ids. */
  const pairs = new Map<string, Ends>()

  const tie = (pair: string, from: string, to: string, typeId: number) => {
    const ends = pairs.get(pair) ?? new Map()
    pairs.set(pair, ends)
    const others = ends.get(from) ?? new Map()
    ends.set(from, others)
    others.set(to, new Set(others.get(to)).add(typeId))
  }
  return {
    add: (type, fromId, toId) => {
      tie(`${type.from}/${type.to}`, fromId, toId, type.id)
      tie(`${type.to}/${type.from}`, toId, fromId, type.back)
    },
    of: (from, id, to) => pairs.get(`${from}/${to}`)?.get(id) ?? NOBODY,
    move: (object, old, now) => {
      for (const [pair, ends] of pairs) {
        const [from, to] = pair.split('/')
        if (from === object) moveFrom(ends, old, now)
        if (to === object) for (const others of ends.values()) moveKey(others, old, now)
      }
    },
    saved: () =>
      [...pairs].flatMap(([, ends]) =>
        [...ends].flatMap(([from, others]) =>
          [...others].flatMap(([to, ids]) => [...ids].map((id): SavedAssociation => [id, from, to])),
        ),
      ),
  }
}

function moveFrom(ends: Ends, old: string, now: string): void {
  const others = ends.get(old)
  if (others === undefined) return
  ends.delete(old)
  const kept = ends.get(now) ?? new Map()
  for (const [to, ids] of others) kept.set(to, new Set([...(kept.get(to) ?? []), ...ids]))
  ends.set(now, kept)
}

function moveKey(others: Map<string, Set<number>>, old: string, now: string): void {
  const ids = others.get(old)
  if (ids === undefined) return
  others.delete(old)
  others.set(now, new Set([...(others.get(now) ?? []), ...ids]))
}
