import { type Call, RequestFailed } from '../../../src/contract/index.ts'
import type { SalesforceRecord } from '../http/answers.ts'
import { halves } from '../http/chunks.ts'
import type { Client } from '../http/client.ts'
import { ACCOUNT, WEBSITE } from '../objects.ts'
import { all } from './pages.ts'
import { selectsContaining } from './soql.ts'

/** Whether a field is asked for by what it contains. */
export const isWebsite = (object: string, field: string): boolean => object === ACCOUNT && field === WEBSITE

/**
 * The queries for Accounts whose website contains one of these values in any spelling: whatever stands around a host,
 * the host is there. They find more than was asked for, such as `notacme.com` for `acme.com`.
 */
export const queriesFor = (values: readonly string[], fields: readonly string[]) =>
  selectsContaining({ object: ACCOUNT, fields }, WEBSITE, hostsOf(values))

export async function* byWebsite(
  client: Client,
  values: readonly string[],
  fields: readonly string[],
  call: Call,
): AsyncIterable<SalesforceRecord> {
  for (const { soql, texts } of queriesFor(values, fields)) {
    try {
      yield* all(client, soql, { deleted: false }, call)
    } catch (error) {
      if (!isTooMuch(error) || texts.length === 1) throw error
      for (const half of halves(texts)) yield* byWebsite(client, half, fields, call)
    }
  }
}

/** What a large org says to a query that goes through all of it for too many texts at once. */
const TOO_MUCH: ReadonlySet<string> = new Set(['QUERY_TOO_COMPLICATED', 'QUERY_TIMEOUT'])

const isTooMuch = (error: unknown): boolean =>
  error instanceof RequestFailed && TOO_MUCH.has(error.failure.code ?? '')

/** Without what may stand around a host, so that one text serves all its spellings. */
const hostsOf = (values: readonly string[]): string[] => [
  ...new Set(
    values
      .map(value =>
        value
          .toLowerCase()
          .replace(/^https?:\/\//, '')
          .replace(/^www\./, '')
          .replace(/\/$/, ''),
      )
      .filter(host => host !== ''),
  ),
]
