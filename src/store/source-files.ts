import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { UserError } from '../domain/errors.ts'
import type { Shape } from './canonical.ts'
import { EMPTY_HINT } from './csv-file.ts'
import type { DuckDb } from './duckdb.ts'
import { sourceFault } from './file-faults.ts'
import { asPattern, canStandForItself } from './file-path.ts'
import { literal } from './sql.ts'
import { hasOpenEnd, LEFT_ALONE_MS } from './unfinished-line.ts'

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
  /** Changes with its content. */
  stamp: string
  /** The last line has no end, and the file was written just now: it may be cut. */
  openEnd: boolean
  /** Changes with the file's path and stamp, with its end, and with how its columns are read. */
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
  const { size, stamp, openEnd } = await looked(path, kind === 'csv' && gz === undefined).catch(
    (error: unknown) => {
      throw sourceFault(error, path, `source ${source.name}: ${path}`) ?? error
    },
  )
  if (size === 0) {
    throw new UserError(`source ${source.name}: ${path} is empty (0 bytes)`, {
      hint: EMPTY_HINT,
    })
  }
  const { format, columns, defaults, types } = source
  const key = createHash('sha256')
    .update(JSON.stringify([LANDING_VERSION, path, stamp, openEnd, format, columns, defaults, types]))
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
    stamp,
    openEnd,
    key,
  }
}

/**
 * Size, the time of writing and the time of change, which no program can set: a file that is put in place of another,
 * or written over, has another one though size and time of writing may be the same.
 */
export async function stampOf(path: string): Promise<{ size: number; writtenAtMs: number; stamp: string }> {
  const { size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return {
    size: Number(size),
    writtenAtMs: Number(mtimeNs / 1_000_000n),
    stamp: `${size}/${mtimeNs}/${ctimeNs}`,
  }
}

async function looked(path: string, mayBeOpen: boolean) {
  const found = await stampOf(path)
  // By the machine's own clock, which dates files too.
  const isFresh = Date.now() - found.writtenAtMs < LEFT_ALONE_MS
  return { ...found, openEnd: mayBeOpen && isFresh && (await hasOpenEnd(path, found.size)) }
}

const KINDS_BY_ENDING: Readonly<Record<string, FileKind>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
}

/** Raised whenever what is landed of a file changes its meaning. */
const LANDING_VERSION = 5

/** 80 bits: no two files of one store will ever share a key. */
const KEY_LENGTH = 20

/** For messages: the source and the file. */
export const placeOf = (file: SourceFile): string => `source ${file.sourceName}: ${file.path}`
