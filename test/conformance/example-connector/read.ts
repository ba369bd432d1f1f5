import { z } from 'zod'
import type { Call, Query, RemoteRecord } from '../../../src/contract/index.ts'
import { KEY } from './capabilities.ts'
import type { Client } from './client.ts'

/** The CRM answers ten records at once, and takes ten ids or values. */
const PAGE = 10

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const page = z.object({
  records: z.array(
    z.object({
      id: z.string(),
      fields: z.record(z.string(), value),
      createdAt: z.string(),
      askedId: z.string().optional(),
    }),
  ),
  next: z.number().optional(),
})

export async function* read(
  client: Client,
  query: Query,
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteRecord> {
  for (const where of questions(query)) {
    let from: number | undefined = 0
    while (from !== undefined) {
      const { records, next }: z.infer<typeof page> = await client.ask(
        `/find/${query.object}`,
        { where, fields, from },
        page,
        call,
      )
      for (const { id, createdAt, askedId, fields: found } of records) {
        yield {
          remoteId: id,
          fields: Object.fromEntries(fields.map(name => [name, found[name] ?? null])),
          createdAt: new Date(createdAt),
          ...(askedId === undefined ? {} : { askedId }),
        }
      }
      from = next
    }
  }
}

export async function estimate(client: Client, query: Query, call: Call): Promise<{ calls: number }> {
  if ('ids' in query || 'values' in query) return { calls: questions(query).length }
  const body = { where: questions(query)[0] }
  const { count } = await client.ask(`/count/${query.object}`, body, z.object({ count: z.number() }), call)
  return { calls: Math.max(1, Math.ceil(count / PAGE)) }
}

/** A query in the CRM's words, in pieces that it takes. */
function questions(query: Query): Record<string, unknown>[] {
  if ('ids' in query) return chunks(query.ids).map(ids => ({ ids }))
  if ('values' in query) return chunks(query.values).map(values => ({ by: query.by, values }))
  if ('all' in query) return [{}]
  return [{ since: query.changedSince.toISOString(), without: KEY }]
}

const chunks = (list: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(list.length / PAGE) }, (_, index) =>
    list.slice(index * PAGE, (index + 1) * PAGE),
  )
