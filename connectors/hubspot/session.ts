import type { Session, Tools } from '../../src/contract/index.ts'
import { check } from './check.ts'
import { connect } from './client.ts'
import type { Config } from './config.ts'
import { createEstimate } from './estimate.ts'
import { createCatalogue, type Types } from './fields.ts'
import { read } from './match.ts'
import { ensureSchema } from './schema.ts'
import { write } from './write.ts'

const NO_TYPES: Types = new Map()

/** Opens nothing and asks nothing yet: the first request is the first call. */
export async function open(config: Config, tools: Tools): Promise<Session> {
  const client = connect(config, tools.now)
  const catalogue = createCatalogue(client)
  return {
    get limits() {
      return client.limits()
    },
    check: (intent, call) => check(client, intent, call),
    describe: (object, call) => catalogue.describe(object, call),
    ensureSchema: async (object, wanted, call) => {
      const steps = await ensureSchema(client, object, wanted, call)
      if (steps.some(step => step.done)) catalogue.forget(object)
      return steps
    },
    estimate: createEstimate(client),
    async *read(query, fields, call) {
      const types = fields.length === 0 ? NO_TYPES : await catalogue.types(query.object, call)
      yield* read(client, query, fields, types, call)
    },
    write: (batch, call) => write(client, catalogue, batch, call),
    close: async () => undefined,
  }
}
