import type { Session } from '../../../src/contract/index.ts'
import { createBulk } from './bulk.ts'
import { check, createAccount } from './check.ts'
import { connect } from './client.ts'
import { contacts } from './contacts.ts'
import { leads } from './leads.ts'
import { notify } from './notify.ts'
import { activeOwners } from './owners.ts'
import { estimate, read } from './read.ts'
import { describe, ensureSchema } from './schema.ts'
import { write } from './write.ts'

/** Asks nothing yet: the first request is the first call. */
export function openSession(url: string, token: string): Session {
  const client = connect(url, token)
  return {
    limits: { maxBatch: 20, maxConcurrent: 2 },
    account: createAccount(client),
    check: (intent, call) => check(client, intent, call),
    describe: (object, call) => describe(client, object, call),
    ensureSchema: (object, wanted, call) => ensureSchema(client, object, wanted, call),
    estimate: (query, call) => estimate(client, query, call),
    read: (query, fields, call) => read(client, query, fields, call),
    write: (batch, call) => write(client, batch, call),
    leads: (asked, call) => leads(client, asked, call),
    contacts: (companies, fields, call) => contacts(client, companies, fields, call),
    activeOwners: (ids, call) => activeOwners(client, ids, call),
    notify: (notices, call) => notify(client, notices, call),
    bulk: createBulk(client),
    close: async () => undefined,
  }
}
