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
