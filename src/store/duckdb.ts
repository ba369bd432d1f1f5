import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBValue, type JS } from '@duckdb/node-api'
import { UserError } from '../domain/errors.ts'
import { dataFolder } from './data-folder.ts'
import { diskFull } from './disk-full.ts'
import { dataFault } from './file-faults.ts'
import { literal } from './sql.ts'

export type Row = Record<string, JS>
type Parameters = Record<string, DuckDBValue>

/** A DuckDB that lives in memory, spills to disk at its limit and is thrown away when closed. */
export interface DuckDb {
  run(sql: string, parameters?: Parameters): Promise<void>
  rows(sql: string, parameters?: Parameters): Promise<Row[]>
  /** Rows as they come, a chunk at a time: what is not asked for is not held. */
  stream(sql: string, parameters?: Parameters): AsyncIterable<Row[]>
  /** Appends rows of texts to a table. */
  append(table: string, rows: Iterable<readonly (string | null)[]>): Promise<void>
  close(): Promise<void>
}

export async function openDuckDb(options: { memoryLimitBytes: number; spillTo: string }): Promise<DuckDb> {
  await dataFolder(options.spillTo)
  const spill = await mkdtemp(join(options.spillTo, 'spill-'))
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(options.memoryLimitBytes / 1024)}KiB`,
    temp_directory: spill,
    // No extension is looked for on the network behind the user's back.
    autoinstall_known_extensions: 'false',
  })
  const mendable = (error: unknown): never => toldInWords(error, options.spillTo)
  const connection = await instance.connect()
  await connection.run(`set timezone = ${literal('UTC')}`)
  let streaming = false
  // DuckDB ends an open stream without a word when its connection does something else: rows would be missing.
  const refuseWhileStreaming = (): void => {
    if (streaming) throw new Error('a DuckDB connection that streams was asked for something else')
  }
  return {
    async run(sql, parameters) {
      refuseWhileStreaming()
      await connection.run(sql, parameters).catch(mendable)
    },
    async rows(sql, parameters) {
      refuseWhileStreaming()
      return (await connection.runAndReadAll(sql, parameters).catch(mendable)).getRowObjectsJS()
    },
    async *stream(sql, parameters) {
      refuseWhileStreaming()
      streaming = true
      try {
        yield* (await connection.stream(sql, parameters)).yieldRowObjectJs()
      } catch (error) {
        mendable(error)
      } finally {
        streaming = false
      }
    },
    async append(table, rows) {
      refuseWhileStreaming()
      const appender = await connection.createAppender(table)
      for (const row of rows) {
        for (const value of row) {
          if (value === null) appender.appendNull()
          else appender.appendVarchar(value)
        }
        appender.endRow()
      }
      appender.closeSync()
    },
    async close() {
      connection.closeSync()
      instance.closeSync()
      await rm(spill, { recursive: true, force: true })
    },
  }
}

/** What the user can mend is told in our words; anything else is a fault of ours, and goes on as it is. */
function toldInWords(error: unknown, dataDirectory: string): never {
  const message = error instanceof Error ? error.message : ''
  if (message.includes('No space left on device')) throw diskFull(error)
  if (message.startsWith('Out of Memory Error')) {
    throw new UserError('scoring needs more memory than store.memory_limit allows', {
      hint: 'Raise store.memory_limit in the config (2GiB when left out).',
      cause: error,
    })
  }
  throw dataFault(error, dataDirectory) ?? error
}
