import { randomUUID } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'
import { inject, onTestFinished } from 'vitest'
import type { StatePlace } from '../../src/state/location.ts'

/** The place of a state in PostgreSQL that is not there yet; it is removed after the test. */
export async function newSchema(): Promise<StatePlace> {
  const url = await postgresUrl()
  const schema = `oqlTest ${randomUUID()}`
  onTestFinished(() => query(url, `drop schema if exists ${escapeIdentifier(schema)} cascade`).then(() => {}))
  return { url, schema }
}

/** Of the server that all tests share. */
export async function postgresUrl(): Promise<string> {
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

/** A user of its own for a schema that is there or not: it may make schemas, and read and write its own alone. */
export async function newUser(place: StatePlace): Promise<StatePlace & { lockOut(): Promise<void> }> {
  const user = `user_${randomUUID()}`
  const name = escapeIdentifier(user)
  await query(
    place.url,
    `create role ${name} login password 'hunter3'; grant create on database postgres to ${name}`,
  )
  onTestFinished(() => query(place.url, `drop owned by ${name} cascade; drop role ${name}`).then(() => {}))
  const url = new URL(place.url)
  url.username = user
  url.password = 'hunter3'
  return {
    ...place,
    url: url.href,
    lockOut: () =>
      query(
        place.url,
        `alter role ${name} nologin; select pg_terminate_backend(pid) from pg_stat_activity where usename = '${user}'`,
      ).then(() => {}),
  }
}
