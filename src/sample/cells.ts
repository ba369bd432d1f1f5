import { stringify } from 'csv-stringify/sync'

/** Records as ready pieces of a CSV line, quoted where CSV asks for it. No value holds a line break. */
export function cells(records: readonly (readonly string[])[]): string[] {
  return stringify(
    records.map(record => [...record]),
    { eof: false },
  ).split('\n')
}
