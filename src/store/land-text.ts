import { rename, rm } from 'node:fs/promises'
import { UserError } from '../domain/errors.ts'
import { neverClosed, sampleBadRows } from './bad-text-rows.ts'
import { canonicalSelect, namesCompany, timeText } from './canonical.ts'
import { draftOf } from './catalog.ts'
import { type BadRow, csvHeader, gunzip, refuseHiddenGzip, UNFINISHED_HINT } from './csv-file.ts'
import type { Dialect } from './dialect.ts'
import type { DuckDb } from './duckdb.ts'
import { evenLineEnds, isUneven } from './even-line-ends.ts'
import { keepPrivate } from './private-files.ts'
import { forgetRejects, takeRejects } from './rejects.ts'
import { linesAt } from './row-lines.ts'
import { placeOf, type SourceFile, stampOf } from './source-files.ts'
import { literal } from './sql.ts'
import { csvTable, ndjsonTable } from './text-table.ts'
import { LEFT_ALONE_MS, withoutLastLine } from './unfinished-line.ts'

/**
 * Reads a CSV or NDJSON file once, to Parquet with the canonical columns in the file's order of rows.
 * @returns rows with too few or too many columns, those of them that wait for a later run, and a few of the bad ones
 * @throws UserError where a column is lacking, or the file breaks off or changes while it is read
 */
export async function landText(
  db: DuckDb,
  dialect: Dialect,
  file: SourceFile,
  to: string,
): Promise<{ rejected: number; waiting: number; samples: BadRow[] }> {
  const unpacked = draftOf(`${to}.text`)
  const evened = draftOf(`${to}.text`)
  const draft = draftOf(to)
  try {
    if (file.gzipped) await gunzip(file.path, unpacked, placeOf(file))
    else await refuseHiddenGzip(file.path, placeOf(file))
    const waiting = await lineThatWaits(file, unpacked)
    const plain = file.gzipped || waiting !== null ? unpacked : file.path
    const landed = await landRows(db, dialect, file, plain, draft).catch(async (error: unknown) => {
      if (!isUneven(error)) throw error
      const columns = file.kind === 'csv' ? (await csvHeader(plain, placeOf(file))).length : null
      await evenLineEnds(plain, evened, columns)
      await forgetRejects(db)
      return landRows(db, dialect, file, evened, draft)
    })
    await unchangedSince(file)
    await keepPrivate(draft)
    await rename(draft, to)
    return waiting === null
      ? { ...landed, waiting: 0 }
      : { rejected: landed.rejected + 1, waiting: 1, samples: [...landed.samples, waiting] }
  } finally {
    await Promise.all([unpacked, evened, draft].map(path => rm(path, { force: true })))
  }
}

/**
 * A last line that may be cut in the value that names its company would make an account of somebody else, for good: it
 * waits. Whatever else is cut is read again when the file goes on, and mends itself. The text without it goes to `rest`.
 */
async function lineThatWaits(file: SourceFile, rest: string): Promise<BadRow | null> {
  if (!file.openEnd) return null
  const names = await csvHeader(file.path, placeOf(file))
  const columns = new Map(names.map(name => [name, 'VARCHAR']))
  if (!namesCompany(file.shape, columns, names.at(-1) ?? '')) return null
  const start = await withoutLastLine(file.path, rest, file.bytes)
  if (start === null) return null
  const line = (await linesAt(file.path, [start])).get(start) ?? 1
  return {
    file: file.path,
    line,
    why: `has no line end yet: it is read when the file goes on, or was left alone for ${LEFT_ALONE_MS / 60_000} minutes`,
  }
}

/** Lands the rows of a text, which is the file's or was made of it. */
async function landRows(
  db: DuckDb,
  dialect: Dialect,
  file: SourceFile,
  text: string,
  to: string,
): Promise<{ rejected: number; samples: BadRow[] }> {
  const table = file.kind === 'csv' ? await csvTable(text, file) : await ndjsonTable(db, text, file)
  const time = timeText(file.shape, table.columns)
  const select = canonicalSelect(file.shape, table.columns, placeOf(file), dialect)
  await db.run(`copy (select ${select}, left(${time}, 60) as time_text, ${table.shapeless} as shapeless
    from ${table.from})
    to ${literal(to)} (format parquet, compression zstd)`)
  const rejects = await takeRejects(db)
  const endless = rejects.find(reject => reject.endless)
  if (endless !== undefined) throw await neverClosed(file, text, endless)
  const samples = await sampleBadRows(db, file, to, table, rejects)
  return { rejected: rejects.reduce((sum, { lines }) => sum + lines, 0), samples }
}

async function unchangedSince(file: SourceFile): Promise<void> {
  const { size, stamp } = await stampOf(file.path)
  if (stamp === file.stamp) return
  throw new UserError(`${placeOf(file)}: changed while it was read (${file.bytes} bytes, now ${size})`, {
    hint: UNFINISHED_HINT,
  })
}
