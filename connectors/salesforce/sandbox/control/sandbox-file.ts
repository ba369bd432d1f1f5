import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Org, Saved } from '../org/org.ts'
import { savedObject, savedValues } from './saved-shape.ts'

/** A SQLite file that keeps what the sandbox holds, written after each request that changed something. */
export interface SandboxFile {
  /** What an earlier sandbox left; null in a new file. */
  saved: Saved | null
  save(org: Org): void
  close(): void
}

const SCHEMA = `
  create table if not exists record (object text, id text, fields text not null, primary key (object, id));
  create table if not exists org (part text primary key, value text not null);
`

/** Only a power cut, not a killed process, can lose what was written: enough for a stand-in, and fast. */
const PRAGMAS = 'pragma journal_mode = wal; pragma synchronous = off;'

export function openSandboxFile(path: string): SandboxFile {
  const database = new DatabaseSync(path)
  database.exec(PRAGMAS + SCHEMA)
  const putRecord = database.prepare('insert or replace into record (object, id, fields) values (?, ?, ?)')
  const dropRecord = database.prepare('delete from record where object = ? and id = ?')
  const putPart = database.prepare('insert or replace into org (part, value) values (?, ?)')
  let catalogueVersion = -1

  return {
    saved: load(database, path),
    save: org => {
      const changes = org.takeChanges()
      if (changes.size === 0 && catalogueVersion === org.catalogue.version()) return
      database.exec('begin')
      for (const [object, ids] of changes) {
        for (const id of ids) {
          const record = org.table(object).get(id)
          if (record === undefined) dropRecord.run(object, id)
          else putRecord.run(object, id, JSON.stringify(record.values))
        }
      }
      const layouts = Object.fromEntries([...org.layouts].map(([name, fields]) => [name, [...fields]]))
      putPart.run('next_id', JSON.stringify(org.nextId()))
      putPart.run('layouts', JSON.stringify(layouts))
      if (catalogueVersion !== org.catalogue.version())
        putPart.run('objects', JSON.stringify(org.catalogue.all()))
      catalogueVersion = org.catalogue.version()
      database.exec('commit')
    },
    close: () => database.close(),
  }
}

const savedParts = z.object({
  next_id: z.number(),
  layouts: z.record(z.string(), z.array(z.string())),
  objects: z.array(savedObject),
})

function load(database: DatabaseSync, path: string): Saved | null {
  const rows = database.prepare('select part, value from org').all()
  if (rows.length === 0) return null
  const parts = savedParts.safeParse(
    Object.fromEntries(rows.map(({ part, value }) => [String(part), JSON.parse(String(value))])),
  )
  if (!parts.success) {
    throw new Error(
      `${path} is no file of a Salesforce sandbox: delete it, or name another\n${z.prettifyError(parts.error)}`,
    )
  }
  const records = database
    .prepare('select object, fields from record order by object, id')
    .all()
    .map(({ object, fields }) => ({
      object: String(object),
      values: savedValues.parse(JSON.parse(String(fields))),
    }))
  return { nextId: parts.data.next_id, layouts: parts.data.layouts, objects: parts.data.objects, records }
}
