import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { StatePlace } from '../../../src/state/database/location.ts'
import { forkState, openState } from '../../../src/state/state.ts'
import { newSchema, newUser, query } from '../../postgres/new-schema.ts'
import { account } from '../../unit/state/account.ts'
import { startChild } from './child-process.ts'
import { ownTemporaryDirectory } from './place.ts'

const AT = new Date('2025-06-02T00:00:00Z')
const RUN = { id: 'run-1', startedAt: AT, asOf: AT, model: { name: 'default', hash: 'h' } }

async function withAccounts(place: StatePlace, count = 1): Promise<void> {
  const state = await openState(place)
  await state.runs.begin(RUN)
  await state.accounts.put(
    Array.from({ length: count }, (_, number) => account(`c${number}.com`)),
    RUN.id,
  )
  await state.connectors.update('hubspot', { firstRunDone: true, seenUntil: AT })
  await state.close()
}

/** Every row of every table of a schema, with the transaction that wrote it. */
async function rowsOf({ url, schema }: StatePlace): Promise<unknown> {
  const tables = await query(url, `select tablename from pg_tables where schemaname = '${schema}' order by 1`)
  return Promise.all(
    tables.map(async ({ tablename }) => [
      tablename,
      await query(url, `select xmin::text, * from "${schema}"."${String(tablename)}" order by ctid`),
    ]),
  )
}

const schemas = async ({ url }: StatePlace) =>
  (await query(url, 'select nspname from pg_namespace')).map(({ nspname }) => nspname)

test('a fork has all that is kept, takes any change, and leaves no trace in the database or beside it', async () => {
  const place = await newSchema()
  // More than a page.
  await withAccounts(place, 2_503)
  const before = await rowsOf(place)
  const temporary = await ownTemporaryDirectory()

  const fork = await forkState(place)
  const accounts = await Array.fromAsync(fork.accounts.byDomain())
  expect(accounts).toHaveLength(2_503)
  expect(accounts[0]).toEqual(account('c0.com'))
  expect(await fork.runs.list(2)).toEqual([expect.objectContaining({ ...RUN, remembered: true })])
  expect(await fork.connectors.get('hubspot')).toMatchObject({ firstRunDone: true, seenUntil: AT })
  await fork.accounts.put([account('c0.com', { stage: 'inactive' }), account('new.com')], RUN.id)
  expect((await fork.accounts.get(['c0.com'])).get('c0.com')?.stage).toBe('inactive')
  await fork.close()

  expect(await rowsOf(place)).toEqual(before)
  expect(await readdir(temporary)).toEqual([])
})

test('a fork is what was last committed, and waits for no run that is under way', async () => {
  const place = await newSchema()
  await withAccounts(place)
  const child = await startChild('half-written', place)
  const fork = await forkState(place)
  expect(await Array.fromAsync(fork.accounts.byDomain())).toEqual([account('c0.com')])
  await fork.close()
  await child.kill()
})

test('a fork that is open keeps no run from writing', async () => {
  const place = await newSchema()
  await withAccounts(place)
  const fork = await forkState(place)
  await query(
    place.url,
    `set lock_timeout = 100; alter table "${place.schema}".accounts add column more text`,
  )
  await fork.close()
})

test('a state that is not there can be forked and read, and is still not there', async () => {
  const place = await newSchema()
  for (const open of [() => forkState(place), () => openState(place, { readOnly: true })]) {
    const state = await open()
    expect(await state.runs.list(1)).toEqual([])
    await state.close()
  }
  expect(await schemas(place)).not.toContain(place.schema)
})

test('what is opened to be read can not be written', async () => {
  const place = await newSchema()
  await withAccounts(place)
  const state = await openState(place, { readOnly: true })
  expect(await state.runs.get('run-1')).toMatchObject({ id: 'run-1' })
  const read = { name: 'UserError', message: expect.stringContaining('can only be read') }
  await expect(state.accounts.put([account('x.com')], 'run-1')).rejects.toMatchObject(read)
  await expect(state.candidates.clear('hubspot')).rejects.toMatchObject(read)
  await state.close()
})

test('texts are in the order of their bytes, whatever the database sorts by', async () => {
  const place = await newSchema()
  const state = await openState(place)
  await state.accounts.put(
    ['a.com', 'Z.com', 'é.com', 'b-a.com', 'ba.com'].map(each => account(each)),
    'r',
  )
  const domains = (await Array.fromAsync(state.accounts.byDomain(2))).map(({ domain }) => domain)
  expect(domains).toEqual(['Z.com', 'a.com', 'b-a.com', 'ba.com', 'é.com'])
  await state.close()
})

test('a connection that the server ends between two statements costs nothing', async () => {
  const place = await newUser(await newSchema())
  const state = await openState(place)
  await state.runs.begin(RUN)
  await place.endSessions()
  await expect.poll(() => state.runs.list(1).catch(() => []), { timeout: 30_000 }).toHaveLength(1)
  await state.close()
})

/** What somebody reads who set up something wrong. */
async function faultOf(place: StatePlace): Promise<unknown> {
  const error = await openState(place).then(
    () => 'opened',
    (reason: unknown) => reason,
  )
  expect(String(error)).not.toContain('hunter')
  return error
}

test('what is wrong with the server or the url is told with what to do, and never with the password', async () => {
  const place = await newSchema()
  const changed = (change: (url: URL) => void): StatePlace => {
    const url = new URL(place.url)
    change(url)
    return { ...place, url: url.href }
  }
  const cases: [(url: URL) => void, RegExp, RegExp][] = [
    [url => (url.password = 'hunter1'), /does not let this user in/, /user and password/],
    [url => (url.pathname = '/nowhere'), /has no such database/, /create database/],
    [url => (url.port = '1'), /127\.0\.0\.1:1\/postgres.* can't be reached/, /host in state\.url/],
    [url => (url.hostname = 'db.invalid'), /db\.invalid.* can't be reached/, /host in state\.url/],
    [url => url.searchParams.set('sslmode', 'require'), /speaks no TLS/, /sslmode=disable/],
    [
      url => url.searchParams.set('options', '-c default_transaction_read_only=on'),
      /can only be read/,
      /primary/,
    ],
  ]
  for (const [change, message, hint] of cases) {
    expect(await faultOf(changed(change))).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  }
  expect(await faultOf({ ...place, url: 'postgres://me:hunter2@[broken/db' })).toMatchObject({ exitCode: 2 })
})

test('a user who may make no schema is told who can; one that an administrator made is used', async () => {
  const place = await newUser(await newSchema(), { mayMakeSchemas: false })
  expect(await faultOf(place)).toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('does not let this user do that'),
    hint: expect.stringContaining('create schema'),
  })
  await place.makeSchema()
  const state = await openState(place)
  await state.runs.begin(RUN)
  expect(await state.runs.list(1)).toHaveLength(1)
  await state.close()
})
