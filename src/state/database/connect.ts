import { existsSync } from 'node:fs'
import { CamelCasePlugin, type Dialect, Kysely } from 'kysely'
import type { Database, Tables } from '../rows/tables.ts'
import { copyState, newCopy } from './fork.ts'
import type { Location, PostgresLocation } from './location.ts'
import { KNOWN, type Migrated, migrate, versionOf } from './migrate.ts'
import { type Fence, openPostgres, type PostgresMode } from './postgres.ts'
import { copyRows } from './postgres-copy.ts'
import { sqliteDialect } from './sqlite.ts'

/** A database that is up to date, with the way to end it. */
export interface Connected {
  db: Database
  close(): Promise<void>
}

export interface ConnectOptions {
  /** Makes and changes nothing. */
  readOnly: boolean
  /** Of the lease that is held; null writes without one. */
  fence: Fence | null
}

/** Connects to a state, and makes it or brings it up to date unless it is only read. */
export async function connect(location: Location, options: ConnectOptions): Promise<Connected> {
  if (options.readOnly) return (await connectToRead(location)) ?? connectCopy(location)
  if (location.kind === 'memory')
    return current(sqlite(await sqliteDialect(':memory:', 'throw_away')), IN_MEMORY)
  if (location.kind === 'file') {
    return current(sqlite(await sqliteDialect(location.path, 'durable')), migratedOf(location))
  }
  const { fence } = options
  const mode: PostgresMode = fence === null ? { kind: 'unfenced', session: 'oql' } : { kind: 'fenced', fence }
  return current(postgres(location, mode), migratedOf(location))
}

/** The state itself where it can be read as it is. */
async function connectToRead(location: Location): Promise<Connected | null> {
  if (location.kind === 'memory') return null
  if (location.kind === 'file' && !existsSync(location.path)) return null
  const db =
    location.kind === 'file'
      ? sqlite(await sqliteDialect(location.path, 'read_only'))
      : postgres(location, { kind: 'read_only' })
  const version = await versionOf(db, migratedOf(location)).catch(closing(db))
  if (version === KNOWN) return { db, close: () => db.destroy() }
  await db.destroy()
  return null
}

/** A copy to do anything with, brought up to date; `close` removes it. */
export async function connectCopy(location: Location): Promise<Connected> {
  if (location.kind === 'memory') return connect(location, { readOnly: false, fence: null })
  const copy = location.kind === 'file' ? await copyState(location.path) : await newCopy()
  try {
    const db = sqlite(await sqliteDialect(copy.path, 'throw_away'))
    const fill = location.kind === 'file' ? async () => {} : () => fillFrom(location, db)
    await fill().catch(closing(db))
    const { close } = await current(db, { ...migratedOf(location), schema: null })
    return {
      db,
      close: async () => {
        await close()
        await copy.remove()
      },
    }
  } catch (error) {
    await copy.remove()
    throw error
  }
}

/** Brings the copy to the version that the state has, and copies it. */
async function fillFrom(location: PostgresLocation, copy: Database): Promise<void> {
  const source = postgres(location, { kind: 'read_only' })
  try {
    const version = await versionOf(source, migratedOf(location))
    if (version === 0) return
    await migrate(copy, { place: location.shown, schema: null }, version)
    await copyRows(source, copy, location.schema)
  } finally {
    await source.destroy()
  }
}

async function current(db: Database, migrated: Migrated): Promise<Connected> {
  await migrate(db, migrated).catch(closing(db))
  return { db, close: () => db.destroy() }
}

const IN_MEMORY: Migrated = { place: 'in memory', schema: null }

const migratedOf = (location: Exclude<Location, { kind: 'memory' }>): Migrated =>
  location.kind === 'file'
    ? { place: location.path, schema: null }
    : { place: location.shown, schema: location.schema }

const postgres = (location: PostgresLocation, mode: PostgresMode): Database =>
  openPostgres<Tables>(location, mode)

const sqlite = (dialect: Dialect): Database =>
  new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin({ underscoreBeforeDigits: true })] })

const closing =
  (db: Database) =>
  async (error: unknown): Promise<never> => {
    await db.destroy()
    throw error
  }
