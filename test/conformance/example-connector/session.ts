import { z } from 'zod'
import type { Session } from '../../../src/contract/index.ts'
import { createBulk } from './bulk.ts'
import { connect } from './client.ts'
import { estimate, read } from './read.ts'
import { describe, ensureSchema } from './schema.ts'
import { write } from './write.ts'

/** Asks nothing yet: the first request is the first call. */
export function openSession(url: string, token: string): Session {
  const client = connect(url, token)
  return {
    limits: { maxBatch: 20, maxConcurrent: 2 },
    check: async (_intent, call) => {
      const { name } = await client.get('/me', z.object({ name: z.string() }), call)
      return { identity: `Example CRM, as ${name}`, problems: [], warnings: [] }
    },
    describe: (object, call) => describe(client, object, call),
    ensureSchema: (object, wanted, call) => ensureSchema(client, object, wanted, call),
    estimate: (query, call) => estimate(client, query, call),
    read: (query, fields, call) => read(client, query, fields, call),
    write: (batch, call) => write(client, batch, call),
    bulk: createBulk(client),
    close: async () => undefined,
  }
}
