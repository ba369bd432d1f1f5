import type { Session, Tools } from '../../src/contract/index.ts'
import { check } from './check/check.ts'
import type { Config } from './config.ts'
import { connect } from './http/client.ts'
import { createAccount } from './read/account.ts'
import { converted } from './read/converted.ts'
import { createEstimate } from './read/estimate.ts'
import { createCatalogue, describedOrNone, fieldOf } from './read/fields.ts'
import { createFirstPages } from './read/first-pages.ts'
import { activeOwners } from './read/owners.ts'
import { read } from './read/read.ts'
import { contacts } from './read/read-contacts.ts'
import { leads } from './read/read-leads.ts'
import { ensureSchema } from './setup/ensure-schema.ts'
import { createBulk } from './write/bulk.ts'
import { notify } from './write/notify.ts'
import { withUnchecked } from './write/uncheck.ts'
import { write } from './write/write.ts'

/** Opens nothing and asks nothing yet: the first request is the first call. */
export async function open(config: Config, tools: Tools): Promise<Session> {
  const client = connect(config, tools)
  const catalogue = createCatalogue(client)
  const firstPages = createFirstPages(client, tools.now)
  const bulk = createBulk(client, config.bulk_threshold)
  const closed = new Set(config.closed_lead_statuses.map(status => status.toLowerCase()))
  return {
    get limits() {
      return client.limits()
    },
    account: createAccount(client),
    check: (intent, call) =>
      check({ client, catalogue, closed, apiVersion: config.api_version }, intent, call),
    describe: async (object, call) => {
      const described = await describedOrNone(catalogue, object, call)
      return (described?.fields ?? []).map(field => fieldOf(field, object))
    },
    ensureSchema: async (object, wanted, call) => {
      const steps = await ensureSchema(client, catalogue, object, wanted, call)
      if (steps.some(step => step.done)) catalogue.forget(object)
      return steps
    },
    estimate: createEstimate(client, firstPages),
    read: (query, fields, call) => read({ client, catalogue, firstPages }, query, fields, call),
    becameOthers: (asked, fields, call) => converted({ client, catalogue, firstPages }, asked, fields, call),
    write: async (batch, call) => write(client, await withUnchecked(catalogue, batch, call), call),
    leads: (asked, call) => leads(client, closed, asked, call),
    contacts: (companies, fields, call) => contacts(client, companies, fields, call),
    activeOwners: (ids, call) => activeOwners(client, ids, call),
    notify: (notices, call) => notify(client, notices, call),
    bulk: {
      ...bulk,
      send: async (ticket, changes, call) =>
        bulk.send(ticket, await withUnchecked(catalogue, changes, call), call),
    },
    close: async () => undefined,
  }
}
