import type { Telling } from '../../../src/kit/index.ts'

type Value = string | number | boolean | null

export interface Row {
  id: string
  fields: Record<string, Value>
  createdAt: Date
  changedAt: Date
}

export interface CrmField {
  name: string
  label: string
  type: string
  unique: boolean
  options?: string[]
}

/** What a row is to become: by its id, by a unique field, or as a new one. */
export interface Wanted {
  id?: string | undefined
  upsert?: string | undefined
  fields: Record<string, Value>
}

export type Outcome = { id: string; made: boolean } | { error: { code: string; message: string } }

/** The records of one object. */
export interface Table {
  fields: Map<string, CrmField>
  rows: Map<string, Row>
  /** Texts that are refused, whatever field would hold them, and how the refusal is told. */
  poisons: Map<string, Telling>
  /** How the refusal of one of these is told, where it is not told of it alone. */
  telling(rows: readonly Wanted[]): Telling
  write(wanted: Wanted): Outcome
  /** By its id, or one that was merged into it. */
  find(id: string): Row | undefined
  merge(keptId: string, lostId: string): string
}

export function createTable(prefix: string, fields: readonly CrmField[]): Table {
  const merged = new Map<string, string>()
  const refused = (code: string, message: string): Outcome => ({ error: { code, message } })
  const table: Table = {
    fields: new Map(fields.map(field => [field.name, field])),
    rows: new Map(),
    poisons: new Map(),
    telling: all => {
      const told = all.flatMap(({ fields }) =>
        Object.values(fields).flatMap(value => table.poisons.get(String(value)) ?? []),
      )
      return told.find(telling => telling !== 'named') ?? 'named'
    },
    find: id => table.rows.get(merged.get(id) ?? id),
    merge: (keptId, lostId) => {
      table.rows.delete(lostId)
      merged.set(lostId, keptId)
      return keptId
    },
    write: ({ id, upsert, fields }) => {
      const row = id === undefined ? holder(upsert, fields) : table.find(id)
      if (id !== undefined && row === undefined) return refused('NOT_FOUND', `there is no record ${id}`)
      const wrong = Object.entries(fields).find(([name, value]) => !isTaken(name, value))
      if (wrong !== undefined) return refused('INVALID', `${wrong[0]} does not take ${wrong[1]}`)
      const rival = [...table.fields.values()]
        .filter(field => field.unique)
        .find(({ name }) => (holder(name, fields) ?? row) !== row)
      if (rival !== undefined) return refused('TAKEN', `another record holds this ${rival.name}`)
      return row === undefined ? added(fields) : changed(row, fields)
    },
  }
  const holder = (name: string | undefined, fields: Record<string, Value>): Row | undefined => {
    const value = name === undefined ? undefined : fields[name]
    if (name === undefined || value === undefined || value === null) return undefined
    return [...table.rows.values()].find(row => row.fields[name] === value)
  }
  const isTaken = (name: string, value: Value): boolean => {
    const field = table.fields.get(name)
    if (field === undefined || table.poisons.has(String(value))) return false
    return value === null || field.options === undefined || field.options.includes(String(value))
  }
  const added = (fields: Record<string, Value>): Outcome => {
    const id = `${prefix}${table.rows.size + merged.size + 1}-${crypto.randomUUID().slice(0, 4)}`
    const now = new Date()
    table.rows.set(id, { id, fields: { ...fields }, createdAt: now, changedAt: now })
    return { id, made: true }
  }
  const changed = (row: Row, fields: Record<string, Value>): Outcome => {
    Object.assign(row.fields, fields)
    row.changedAt = new Date()
    return { id: row.id, made: false }
  }
  return table
}
