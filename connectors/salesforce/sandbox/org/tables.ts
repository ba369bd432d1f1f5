import type { StoredRecord } from './stored-record.ts'
import { createTable, type Table } from './table.ts'

/** The tables of all objects, and what was done to them. */
export interface Tables {
  table(object: string): Table
  /** Undoes all that `work` wrote unless `keep` of what it returns, and where it throws. */
  attempt<T>(work: () => T, keep: (result: T) => boolean): T
  /** The same where the work waits. Nobody else may write meanwhile: it would be undone too. */
  attemptLater<T>(work: () => Promise<T>, keep: (result: T) => boolean): Promise<T>
  /** What has changed since the last call: object → ids. */
  takeChanges(): ReadonlyMap<string, ReadonlySet<string>>
}

interface Undo {
  object: string
  id: string
  before: StoredRecord | undefined
}

export function createTables(): Tables {
  const tables = new Map<string, Table>()
  let changes = new Map<string, Set<string>>()
  /** One for each attempt that is under way, an outer one before those inside of it. */
  const journals = new Set<Undo[]>()

  const changed = ({ object, id, before }: Undo) => {
    for (const journal of journals) journal.push({ object, id, before })
    const ids = changes.get(object)
    if (ids === undefined) changes.set(object, new Set([id]))
    else ids.add(id)
  }
  const table = (object: string): Table => {
    const there = tables.get(object)
    if (there !== undefined) return there
    const made = createTable((id, before) => changed({ object, id, before }))
    tables.set(object, made)
    return made
  }
  const undo = (entries: readonly Undo[]) => {
    for (const { object, id, before } of entries.toReversed()) {
      if (before === undefined) table(object).drop(id)
      else table(object).put(before)
    }
  }
  const begin = () => {
    const mine: Undo[] = []
    journals.add(mine)
    return (kept: boolean) => {
      journals.delete(mine)
      if (!kept) undo(mine)
    }
  }
  return {
    table,
    attempt: (work, keep) => {
      const end = begin()
      let kept = false
      try {
        const result = work()
        kept = keep(result)
        return result
      } finally {
        end(kept)
      }
    },
    attemptLater: async (work, keep) => {
      const end = begin()
      let kept = false
      try {
        const result = await work()
        kept = keep(result)
        return result
      } finally {
        end(kept)
      }
    },
    takeChanges: () => {
      const taken = changes
      changes = new Map()
      return taken
    },
  }
}
