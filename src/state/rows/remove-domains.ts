import { chunks, VALUES_PER_LOOKUP } from './batches.ts'
import type { Database } from './tables.ts'

/** The tables that hold something of an account for one connector. */
export type DomainTable =
  | 'links'
  | 'ambiguities'
  | 'absences'
  | 'ignored'
  | 'lostLinks'
  | 'candidates'
  | 'delivered'
  | 'changes'
  | 'rejections'
  | 'relatedRecords'
  | 'notices'

/** Deletes the rows of these domains: of one connector, or of all. */
export async function removeDomains(
  db: Database,
  table: DomainTable,
  domains: readonly string[],
  connector?: string,
): Promise<void> {
  for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
    const all = db.deleteFrom(table).where('domain', 'in', some)
    await (connector === undefined ? all : all.where('connector', '=', connector)).execute()
  }
}

export function domainsByConnector(
  pairs: readonly { connector: string; domain: string }[],
): Map<string, string[]> {
  const groups = Map.groupBy(pairs, pair => pair.connector)
  return new Map([...groups].map(([connector, some]) => [connector, some.map(pair => pair.domain)]))
}
