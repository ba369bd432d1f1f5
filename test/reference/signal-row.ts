/** The two shapes that a row of a source may have (CONFIG.md, `format:`). */
type RowFormat = 'scarf_events' | 'canonical'

/** The columns of a canonical signal, in MODEL.md's order. */
export const COLUMNS = [
  'id',
  'occurred_at',
  'kind',
  'type',
  'account_domain',
  'account_name',
  'actor_id',
  'endpoint_id',
  'artifact',
  'version',
  'url',
  'user_agent',
  'country',
  'connection_type',
  'confidence',
  'email',
  'dnt',
] as const
type Column = (typeof COLUMNS)[number]

/**
 * One row of a source before any cleaning. Every value is the text that would stand in a CSV file; a missing value is
 * absent or `''`, which mean the same. The order of an array of rows is the order of the source.
 *
 * A row of the format `scarf_events` has no `kind` and no `email`, since that export has no such columns: the kind
 * follows from its `type`. `scarfColumns` gives the columns under which such a row is written to a file.
 */
export type SignalRow = { format: RowFormat } & { [name in Column]?: string }

/** The same row under the column names of Scarf's export. A pixel's view fills `pixel`, anything else `package`. */
export function scarfColumns(row: SignalRow): Record<string, string> {
  const isPixel = row.type === 'pixel-fetch'
  return {
    id: row.id ?? '',
    type: row.type ?? '',
    package: isPixel ? '' : (row.artifact ?? ''),
    pixel: isPixel ? (row.artifact ?? '') : '',
    version: row.version ?? '',
    time: row.occurred_at ?? '',
    referer: row.url ?? '',
    user_agent: row.user_agent ?? '',
    origin_id: row.actor_id ?? '',
    endpoint_id: row.endpoint_id ?? '',
    origin_country: row.country ?? '',
    origin_connection_type: row.connection_type ?? '',
    origin_company: row.account_name ?? '',
    origin_domain: row.account_domain ?? '',
    dnt: row.dnt ?? '',
    confidence: row.confidence ?? '',
  }
}
