import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { UserError } from '../domain/errors.ts'
import type { Shape } from './canonical.ts'
import { EMPTY_HINT } from './csv-file.ts'
import type { DuckDb } from './duckdb.ts'
import { sourceFault } from './file-faults.ts'
import { asPattern, canStandForItself } from './file-path.ts'
import { literal } from './sql.ts'

/** A source of files, as the config has it. */
export interface FilesSource extends Shape {
  name: string
  /** A path or glob, absolute. */
  path: string
}

type FileKind = 'csv' | 'ndjson' | 'parquet'

/** One file of a source as it is now. */
export interface SourceFile {
  /** Position of its source in the config: of rows with the same id the first source's counts. */
  source: number
  sourceName: string
  shape: Shape
  path: string
  kind: FileKind
  gzipped: boolean
  bytes: number
  /** When it was last written, in milliseconds since 1970. */
  writtenAtMs: number
  /** Changes with the file's path, size, time and with how its columns are read. */
  key: string
}

/**
 * The files of all sources, in the config's order, then by path.
 * @throws UserError where a source has no file, or one of a kind that can't be read
 */
export async function listSourceFiles(db: DuckDb, sources: readonly FilesSource[]): Promise<SourceFile[]> {
  const lists = sources.map(async (source, index) => {
    const paths = await matching(db, source)
    return Promise.all(paths.map(path => describe(source, index, path)))
  })
  return (await Promise.all(lists)).flat()
}

async function matching(db: DuckDb, source: FilesSource): Promise<string[]> {
  if (await isFile(source.path)) return [source.path]
  const pattern = await asPattern(source.path)
  const rows = await db
    .rows(`select file from glob(${literal(pattern)}) order by file`)
    .catch((error: unknown) => {
      throw withoutExtension(error, source) ?? error
    })
  if (rows.length === 0) {
    throw new UserError(`source ${source.name}: no file at ${source.path}`, {
      hint: "Check the source's path: in the config; relative paths are relative to the config file.",
    })
  }
  return rows.map(row => String(row.file))
}

/** Addresses such as s3:// are read by an extension of the engine. */
function withoutExtension(error: unknown, source: FilesSource): UserError | null {
  const [, extension] =
    /(?:required extension|requires the extension) '?(\w+)/.exec(
      error instanceof Error ? error.message : '',
    ) ?? []
  if (extension === undefined) return null
  return new UserError(`source ${source.name}: ${source.path} needs the extension ${extension} of DuckDB`, {
    hint: `Nothing is fetched behind your back: run INSTALL ${extension} once in a DuckDB of the same version, as this user, or copy the files here and name their path.`,
    cause: error,
  })
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isFile(),
    () => false,
  )

async function describe(source: FilesSource, index: number, path: string): Promise<SourceFile> {
  if (!canStandForItself(path)) {
    throw new UserError(`source ${source.name}: ${path} has a \\ and one of * ? [ in its name`, {
      hint: 'No engine can be asked for that file alone: rename it, or its folder.',
    })
  }
  const [, ending, gz] = /\.(csv|ndjson|jsonl|parquet)(\.gz)?$/i.exec(path) ?? []
  const kind = ending === undefined ? undefined : KINDS_BY_ENDING[ending.toLowerCase()]
  if (kind === undefined) {
    throw new UserError(`source ${source.name}: ${path} is none of csv, csv.gz, ndjson, ndjson.gz, parquet`, {
      hint: "Narrow the source's path:, such as ../data/*.csv.gz.",
    })
  }
  const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
    throw sourceFault(error, path, `source ${source.name}: ${path}`) ?? error
  })
  if (size === 0) {
    throw new UserError(`source ${source.name}: ${path} is empty (0 bytes)`, {
      hint: EMPTY_HINT,
    })
  }
  const { format, columns, defaults, types } = source
  const key = createHash('sha256')
    .update(JSON.stringify([LANDING_VERSION, path, size, mtimeMs, format, columns, defaults, types]))
    .digest('hex')
    .slice(0, KEY_LENGTH)
  return {
    source: index,
    sourceName: source.name,
    shape: { format, columns, defaults, types },
    path,
    kind,
    gzipped: gz !== undefined,
    bytes: size,
    writtenAtMs: mtimeMs,
    key,
  }
}

const KINDS_BY_ENDING: Readonly<Record<string, FileKind>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
}

/** Raised whenever what is landed of a file changes its meaning. */
const LANDING_VERSION = 4

/** 80 bits: no two files of one store will ever share a key. */
const KEY_LENGTH = 20
