import type { Session, Tools } from '../../src/contract/index.ts'
import { createBulk } from './bulk.ts'
import { check } from './check.ts'
import { connect } from './client.ts'
import type { Config } from './config.ts'
import { createEstimate } from './estimate.ts'
import { createCatalogue, fieldOf } from './fields.ts'
import { read } from './read.ts'
import { ensureSchema } from './schema.ts'
import { withUnchecked } from './unchecked.ts'
import { write } from './write.ts'

/** Opens nothing and asks nothing yet: the first request is the first call. */
export async function open(config: Config, tools: Tools): Promise<Session> {
  const client = connect(config, tools.now)
  const catalogue = createCatalogue(client)
  const bulk = createBulk(client, config.bulk_threshold)
  return {
    get limits() {
      return client.limits()
    },
    check: (intent, call) => check(client, catalogue, intent, call),
    describe: async (object, call) => (await catalogue.describe(object, call)).fields.map(fieldOf),
    ensureSchema: async (object, wanted, call) => {
      const steps = await ensureSchema(client, catalogue, object, wanted, call)
      if (steps.some(step => step.done)) catalogue.forget(object)
      return steps
    },
    estimate: createEstimate(client),
    read: (query, fields, call) => read({ client, catalogue }, query, fields, call),
    write: async (batch, call) => write(client, await withUnchecked(catalogue, batch, call), call),
    bulk: {
      ...bulk,
      send: async (ticket, changes, call) =>
        bulk.send(ticket, await withUnchecked(catalogue, changes, call), call),
    },
    close: async () => undefined,
  }
}
