import { z } from 'zod'
import { KINDS } from '../../domain/signal.ts'
import { COLUMNS, ENGINES, FORMATS, type SourceConfig, type StoreConfig } from '../config.ts'
import { type Fault, fault, isList, isMap } from '../read/parsed.ts'
import { absolute, type Place } from '../read/place.ts'
import { aliasFaults } from './alias-faults.ts'
import { crossChecked, shareOrCount, size, text } from './quantities.ts'

const MAX_BAD_ROWS = 0.01
/** DuckDB spills above it (performance notes: ten million signals fit). */
const MEMORY_LIMIT_BYTES = 2 * 2 ** 30

const types = () =>
  z
    .record(z.string(), z.enum(KINDS))
    .default({})
    .describe('Type of a signal → its kind, such as ping: telemetry.')

const defaultValue = () => z.union([z.string(), z.number(), z.boolean()]).transform(String)

const shape = () => ({
  format: z.enum(FORMATS).default('scarf_events'),
  types: types(),
  columns: z
    .partialRecord(z.enum(COLUMNS), text())
    .default({})
    .describe("Canonical column → the source's own."),
  defaults: crossChecked(z.partialRecord(z.enum(COLUMNS), defaultValue()).default({}), written =>
    isMap(written) && typeof written.kind === 'string' && !KINDS.some(kind => kind === written.kind)
      ? [fault(`must be one of ${KINDS.join(', ')}`, ['kind'])]
      : [],
  ).describe('Values for columns that are not there.'),
})

const source = (place: Place) =>
  z
    .discriminatedUnion('type', [
      z.strictObject({
        name: text(),
        type: z.literal('files'),
        path: text().describe(
          'A path, a glob, s3:// or gs://; csv, csv.gz, ndjson, parquet. What names a file is that file and no glob.',
        ),
        ...shape(),
      }),
      z.strictObject({ name: text(), type: z.literal('table'), table: text(), ...shape() }),
      z.strictObject({
        name: text(),
        type: z.literal('scarf_api'),
        owner: text(),
        token: text(),
        types: types(),
      }),
      z.strictObject({
        name: text(),
        type: z.literal('github'),
        repositories: z.array(z.string().regex(/^[^/\s]+\/[^/\s]+$/, { error: 'must be owner/name' })).min(1),
        token: text().nullable().default(null),
      }),
    ])
    .transform(
      (written): SourceConfig =>
        written.type === 'files' ? { ...written, path: absolute(place, written.path) } : written,
    )

export const store = (place: Place) =>
  crossChecked(
    z.strictObject({
      engine: z.enum(ENGINES).default('duckdb'),
      url: text().nullable().default(null).describe('postgres://… or trino+https://…; not for duckdb.'),
      sources: z.array(source(place)).min(1),
      aliases: z
        .record(z.string(), z.array(text()))
        .default({})
        .describe('Account → domains folded into it.'),
      exclude: z
        .strictObject({
          domains: z.array(text()).default([]),
          free_mail: z.boolean().default(true),
          connection_types: z.array(text()).default(['isp', 'hosting']),
          min_confidence: z.number().min(0).max(1).default(0),
          bots: z.boolean().default(true),
        })
        .prefault({}),
      max_bad_rows: shareOrCount().default(MAX_BAD_ROWS),
      memory_limit: size().default(MEMORY_LIMIT_BYTES),
    }),
    written => (isMap(written) ? storeFaults(written) : []),
  ).transform(
    ({ exclude, max_bad_rows: maxBadRows, memory_limit: memoryLimitBytes, ...rest }): StoreConfig => ({
      ...rest,
      exclude: {
        domains: exclude.domains,
        freeMail: exclude.free_mail,
        connectionTypes: exclude.connection_types,
        minConfidence: exclude.min_confidence,
        bots: exclude.bots,
      },
      maxBadRows,
      memoryLimitBytes,
    }),
  )

type Written = Readonly<Record<string, unknown>>

const storeFaults = (written: Written): Fault[] => [
  ...urlFaults(written),
  ...(isList(written.sources) ? sourceFaults(written.sources, written.engine) : []),
  ...(isMap(written.aliases) ? aliasFaults(written.aliases) : []),
]

const URL_FORMS: Readonly<Record<string, { pattern: RegExp; example: string }>> = {
  postgres: { pattern: /^postgres(ql)?:\/\//, example: 'postgres://user@host/database' },
  trino: { pattern: /^trino(\+https?)?:\/\//, example: 'trino+https://user@host/catalog/schema' },
}

function urlFaults({ engine, url }: Written): Fault[] {
  if (engine === 'duckdb')
    return typeof url === 'string' ? [fault('is not for the engine duckdb', ['url'])] : []
  const form = URL_FORMS[String(engine)]
  if (form === undefined) return []
  if (url === null || url === undefined) return [fault(`missing: the engine ${engine} needs it`, ['url'])]
  return typeof url === 'string' && !form.pattern.test(url)
    ? [fault(`must look like ${form.example}`, ['url'])]
    : []
}

function sourceFaults(sources: readonly unknown[], engine: unknown): Fault[] {
  const names = sources.map(source => (isMap(source) ? source.name : undefined))
  return sources.flatMap((source, index) => {
    if (!isMap(source)) return []
    const first = names.indexOf(source.name)
    const twice = typeof source.name === 'string' && first < index
    const isTable = source.type === 'table'
    const wrong = engine === 'duckdb' ? isTable : typeof source.type === 'string' && !isTable
    const known = ENGINES.some(name => name === engine)
    return [
      ...(twice ? [fault(`names must be unique: sources[${first}] has it too`, [...at(index), 'name'])] : []),
      ...(wrong && known ? [fault(engineWords(isTable, String(engine)), [...at(index), 'type'])] : []),
    ]
  })
}

const at = (index: number) => ['sources', index]

const engineWords = (isTable: boolean, engine: string): string =>
  isTable ? 'a table needs the engine postgres or trino' : `needs the engine duckdb; ${engine} reads tables`
