import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Portal, Saved } from '../portal/portal.ts'
import { associationsShape, loadedRecord, objectShape, savedRecord } from './saved-shape.ts'

/** A SQLite file that keeps what the sandbox holds, written after each request that changed something. */
export interface SandboxFile {
  /** What an earlier sandbox left; null in a new file. */
  saved: Saved | null
  save(portal: Portal): void
  close(): void
}

const SCHEMA = `
  create table if not exists record (object text, id text, record text not null, primary key (object, id));
  create table if not exists portal (part text primary key, value text not null);
`

/** Only a power cut, not a killed process, can lose what was written: enough for a stand-in, and fast. */
const PRAGMAS = 'pragma journal_mode = wal; pragma synchronous = off;'

export function openSandboxFile(path: string): SandboxFile {
  const { database, saved } = opened(path)
  const putRecord = database.prepare('insert or replace into record (object, id, record) values (?, ?, ?)')
  const dropRecord = database.prepare('delete from record where object = ? and id = ?')
  const putPart = database.prepare('insert or replace into portal (part, value) values (?, ?)')
  const parts = new Map<string, string>()

  /** A part is small and seldom changes: it is compared, and written where it differs. */
  const savePart = (part: string, value: unknown) => {
    const text = JSON.stringify(value)
    if (parts.get(part) === text) return
    putPart.run(part, text)
    parts.set(part, text)
  }
  const saveRecords = (portal: Portal) => {
    for (const [{ type, table }, ids] of portal.takeChanges()) {
      for (const id of ids) {
        const record = table.findAny(id)
        if (record?.id === id) putRecord.run(type.name, id, savedRecord(record))
        else dropRecord.run(type.name, id)
      }
    }
  }
  return {
    saved,
    save: portal => {
      database.exec('begin')
      try {
        saveRecords(portal)
        for (const { type, catalogue, table } of portal.objects()) {
          savePart(OBJECT + type.name, { catalogue: catalogue.saved(), aliases: [...table.aliases()] })
        }
        savePart('associations', portal.associations.saved())
        savePart('next_id', portal.nextId())
        database.exec('commit')
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },
    close: () => database.close(),
  }
}

function opened(path: string): { database: DatabaseSync; saved: Saved | null } {
  try {
    const database = new DatabaseSync(path)
    database.exec(PRAGMAS + SCHEMA)
    return { database, saved: load(database) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const what = `The HubSpot sandbox can't keep its records in ${path}: ${why}. Name another file, or delete this one`
    throw new Error(what, { cause: error })
  }
}

const partRows = z.array(z.object({ part: z.string(), value: z.string() }))
const recordRows = z.array(z.object({ record: z.string() }))

function load(database: DatabaseSync): Saved | null {
  const rows = partRows.parse(database.prepare('select part, value from portal').all())
  const parts = new Map(rows.map(({ part, value }): [string, unknown] => [part, JSON.parse(value)]))
  const nextId = parts.get('next_id')
  if (nextId === undefined) return null
  const select = database.prepare('select record from record where object = ?')
  const objects = [...parts.keys()].flatMap(part =>
    part.startsWith(OBJECT) ? [part.slice(OBJECT.length)] : [],
  )
  return {
    nextId: z.number().parse(nextId),
    associations: associationsShape.parse(parts.get('associations')),
    objects: Object.fromEntries(
      objects.map(name => {
        const records = recordRows.parse(select.all(name)).map(({ record }) => loadedRecord(record))
        return [name, { ...objectShape.parse(parts.get(OBJECT + name)), records }]
      }),
    ),
  }
}

const OBJECT = 'object/'
