import type { Call, Session, Tools } from '../../src/contract/index.ts'
import { accountOf, check } from './check/check.ts'
import type { Config } from './config.ts'
import { connect } from './http/connect.ts'
import { contacts } from './objects.ts'
import { createEstimate } from './read/estimate.ts'
import type { Types } from './read/fields.ts'
import { activeOwners } from './read/owners.ts'
import { createPortal } from './read/portal.ts'
import { read } from './read/read.ts'
import { readContacts } from './read/read-contacts.ts'
import { readLeads } from './read/read-leads.ts'
import { ensureSchema } from './setup/ensure-schema.ts'
import { describeIfThere, ensureIfThere } from './setup/without-leads.ts'
import { notify } from './write/notify.ts'
import { write } from './write/write.ts'

const NO_TYPES: Types = new Map()

/** Opens nothing and asks nothing yet: the first request is the first call. */
export async function open(config: Config, tools: Tools): Promise<Session> {
  const client = connect(config, tools.now)
  const portal = createPortal(client)
  const { catalogue } = portal
  const typesOf = (object: string, fields: readonly string[], call: Call) =>
    fields.length === 0 ? NO_TYPES : catalogue.types(object, call)
  return {
    get limits() {
      return client.limits()
    },
    account: call => accountOf(portal, call),
    check: (intent, call) => check(client, portal, intent, call),
    describe: (object, call) => describeIfThere(object, () => catalogue.describe(object, call)),
    ensureSchema: async (object, wanted, call) => {
      const steps = await ensureIfThere(object, () => ensureSchema(client, object, wanted, call))
      if (steps.some(step => step.done)) catalogue.forget(object)
      return steps
    },
    estimate: createEstimate(client),
    async *read(query, fields, call) {
      yield* read(client, query, fields, await typesOf(query.object, fields, call), call)
    },
    write: (batch, call) => write(client, portal, batch, call),
    leads: (asked, call) => readLeads(client, portal, asked, call),
    async *contacts(companies, fields, call) {
      if (companies.length === 0) return
      yield* readContacts(client, companies, fields, await typesOf(contacts.object, fields, call), call)
    },
    activeOwners: (ids, call) => activeOwners(client, ids, call),
    notify: (notices, call) => notify(client, portal, notices, call),
    close: async () => undefined,
  }
}
