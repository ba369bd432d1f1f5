import { UserError } from '../domain/errors.ts'
import type { Columns } from './canonical.ts'
import { csvHeader, refuseRepeated } from './csv-file.ts'
import type { DuckDb } from './duckdb.ts'
import { pathLiteral } from './file-path.ts'
import { CSV_ROWS, LINE_ROWS, startsOfRows } from './row-lines.ts'
import { placeOf, type SourceFile } from './source-files.ts'
import { identifier, literal } from './sql.ts'

/** A text file as a table. */
export interface TextTable {
  path: string
  columns: Columns
  from: string
  /** A condition: the row is none that could have columns at all. */
  shapeless: string
  startsOf(ordinals: readonly number[], rejected: readonly number[]): Promise<ReadonlyMap<number, number>>
}

/** @throws UserError where it has no header, or a column stands twice */
export async function csvTable(path: string, file: SourceFile): Promise<TextTable> {
  const names = await csvHeader(path, placeOf(file))
  const types = names.map(name => `${literal(name)}: 'VARCHAR'`).join(', ')
  return {
    path,
    columns: new Map(names.map(name => [name, 'VARCHAR'])),
    from: `read_csv(${pathLiteral(path)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
      columns = {${types}}, store_rejects = true)`,
    shapeless: 'false',
    startsOf: (ordinals, rejected) => startsOfRows(path, CSV_ROWS, { header: 1, ordinals, rejected }),
  }
}

/** Each line is read as a text, then as JSON: one that is no JSON object becomes a row without values. */
export async function ndjsonTable(db: DuckDb, path: string, file: SourceFile): Promise<TextTable> {
  const lines = `read_csv(${pathLiteral(path)}, header = false, auto_detect = false, delim = '\x01', quote = '', escape = '',
    columns = {'line': 'VARCHAR'}, store_rejects = true)`
  const objects = `(select case when json_valid(line) and json_type(line) = 'OBJECT' then line end as line
    from ${lines} where line <> '')`
  const keys = await db.rows(`select distinct unnest(json_keys(line)) as name from ${objects} order by name`)
  const names = keys.map(row => String(row.name)).filter(name => name !== '')
  refuseRepeated(names, placeOf(file))
  if (names.length === 0) {
    throw new UserError(`${placeOf(file)}: no line is a JSON object with values`, {
      hint: 'NDJSON has one object a line, and no list around them.',
    })
  }
  const shape = `{${names.map(name => `${JSON.stringify(name)}: "VARCHAR"`).join(', ')}}`
  const values = names.map(name => `object[${literal(name)}] as ${identifier(name)}`).join(', ')
  return {
    path,
    columns: new Map(names.map(name => [name, 'VARCHAR'])),
    from: `(select ${values}, object is null as ${SHAPELESS}
      from (select json_transform(line, ${literal(shape)}) as object from ${objects}))`,
    shapeless: SHAPELESS,
    startsOf: (ordinals, rejected) => startsOfRows(path, LINE_ROWS, { header: 0, ordinals, rejected }),
  }
}

/** A name that no key has. */
const SHAPELESS = identifier('\x01shapeless')
