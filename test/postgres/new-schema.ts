import { randomUUID } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'
import { inject, onTestFinished } from 'vitest'
import type { StatePlace } from '../../src/state/database/location.ts'

/** The place of a state in PostgreSQL that is not there yet; it is removed after the test. */
export async function newSchema(): Promise<StatePlace> {
  const url = await postgresUrl()
  const schema = `oqlTest ${randomUUID()}`
  onTestFinished(() => query(url, `drop schema if exists ${escapeIdentifier(schema)} cascade`).then(() => {}))
  return { url, schema }
}

/** Of the server that all tests share. */
async function postgresUrl(): Promise<string> {
  const response = await fetch(inject('postgresAt'))
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}

/** One statement on a connection of its own, past the state. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

export interface OwnUser extends StatePlace {
  /** Ends what it has open. */
  endSessions(): Promise<void>
  /** Ends what it has open, and lets it in no more. */
  lockOut(): Promise<void>
  /** As an administrator does for it. */
  makeSchema(): Promise<void>
}

/** A user of its own for a schema. */
export async function newUser(place: StatePlace, { mayMakeSchemas = true } = {}): Promise<OwnUser> {
  const user = `user_${randomUUID()}`
  const [name, schema] = [user, place.schema].map(escapeIdentifier)
  const asAdministrator = async (text: string): Promise<void> => void (await query(place.url, text))
  await asAdministrator(`create role ${name} login password 'hunter3'`)
  if (mayMakeSchemas) await asAdministrator(`grant create on database postgres to ${name}`)
  onTestFinished(() => asAdministrator(`drop owned by ${name} cascade; drop role ${name}`))
  const url = new URL(place.url)
  url.username = user
  url.password = 'hunter3'
  const endSessions = () =>
    asAdministrator(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${user}'`)
  return {
    ...place,
    url: url.href,
    endSessions,
    async lockOut() {
      await asAdministrator(`alter role ${name} nologin`)
      await endSessions()
    },
    makeSchema: () => asAdministrator(`create schema ${schema} authorization ${name}`),
  }
}
