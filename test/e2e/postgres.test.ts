import { access } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { RunReport } from '../../src/run/sync/report.ts'
import type { StatePlace } from '../../src/state/database/location.ts'
import { newSchema, query } from '../postgres/new-schema.ts'
import { AS_OF, newPlace, type Place } from './place.ts'

/** A project whose state is in PostgreSQL. */
async function projectIn(state: StatePlace): Promise<Place> {
  const place = await newPlace()
  const config = await place.read('config/oql.yaml')
  const written = /^state: .*$/m.exec(config)?.[0]
  if (written === undefined) throw new Error('the config names no state')
  await place.change('config/oql.yaml', written, `state: ${JSON.stringify(state)}`)
  await place.json('setup', 'hubspot')
  return place
}

/** Every row of a schema, with the transaction that wrote it. */
async function rowsOf({ url, schema }: StatePlace) {
  const tables = await query(url, `select tablename from pg_tables where schemaname = '${schema}' order by 1`)
  return Promise.all(
    tables.map(({ tablename }) =>
      query(
        url,
        `select '${String(tablename)}' as "table", xmin::text, * from "${schema}"."${String(tablename)}" order by ctid`,
      ),
    ),
  )
}

test('a project with its state in PostgreSQL: plan writes nothing, sync writes once, the rest is found there', async () => {
  const state = await newSchema()
  const place = await projectIn(state)
  const { counters } = place.sandbox.control

  const planned = await place.json<{ changes: { domain: string }[] }>('plan', '--as-of', AS_OF)
  expect(planned.changes.map(({ domain }) => domain).toSorted()).toEqual(['acme.com', 'gamma.dev'])
  expect(await rowsOf(state)).toEqual([])

  const first = await place.json<RunReport>('sync', '--as-of', AS_OF)
  expect(first).toMatchObject({ status: 'ok', accounts: { scored: 4 } })
  expect(first.connectors.hubspot).toMatchObject({ linked: 2, created: 1, updated: 1, ambiguous: 1 })

  const remembered = await rowsOf(state)
  expect(remembered.flat().length).toBeGreaterThan(10)
  const writes = counters().write
  expect((await place.json<{ changes: unknown[] }>('plan', '--as-of', AS_OF)).changes).toEqual([])
  const links = await place.json<{ links: { domain: string }[] }>('links')
  expect(links.links.map(({ domain }) => domain).toSorted()).toEqual(['acme.com', 'gamma.dev'])
  const { runs } = await place.json<{ runs: RunReport[] }>('runs')
  expect(runs.map(({ runId }) => runId)).toEqual([first.runId])
  expect((await place.oql('explain', 'acme.com', '--as-of', AS_OF)).code).toBe(0)
  expect(await rowsOf(state)).toEqual(remembered)

  const second = await place.json<RunReport>('sync', '--as-of', AS_OF)
  expect(second.connectors.hubspot).toMatchObject({
    calls: { write: 0 },
    unchanged: 2,
    created: 0,
    updated: 0,
  })
  expect(counters().write).toBe(writes)
  await expect(access(path.join(place.directory, '.oql/state.db'))).rejects.toThrow('ENOENT')
})

test('a revert puts the fields back, and a password is shown by no command', async () => {
  const state = await newSchema()
  const place = await projectIn(state)
  const { runId } = await place.json<RunReport>('sync', '--as-of', AS_OF)
  expect(await place.json('revert', runId, '--yes', '--as-of', AS_OF)).toMatchObject({ status: 'ok' })

  await place.change('config/oql.yaml', '127.0.0.1', 'db.invalid')
  for (const args of [['sync', '--as-of', AS_OF], ['check'], ['runs'], ['plan', '--as-of', AS_OF]]) {
    const { code, stdout, stderr } = await place.oql(...args)
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('db.invalid')
    expect(stdout + stderr).not.toContain('hunter2')
  }
})
