import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { UserError } from '../../../src/domain/errors.ts'
import { asUserError } from '../../../src/state/database/sqlite-errors.ts'
import { forkState, openState } from '../../../src/state/state.ts'
import { newSchema, query } from '../../postgres/new-schema.ts'
import { account } from '../../unit/state/account.ts'
import { startChild, startChildWithin } from './child-process.ts'
import { contentsOf, newPlace } from './place.ts'

test('a newer database is refused, read, written or forked, and stays as it is', async () => {
  const { directory, file, url } = await newPlace()
  await (await openState(url)).close()
  const database = new DatabaseSync(file)
  database.exec('insert into schema_version values (9999)')
  database.close()
  const before = (await contentsOf(directory))['state.db']
  for (const open of [() => openState(url), () => openState(url, { readOnly: true }), () => forkState(url)]) {
    const error = await open().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/state\.db was written by a newer oql \(version 9999/),
      hint: expect.stringContaining('Install the newer oql'),
    })
  }
  expect((await contentsOf(directory))['state.db']).toEqual(before)
})

test('a newer database in PostgreSQL is refused, read, written or forked', async () => {
  const place = await newSchema()
  await (await openState(place)).close()
  await query(place.url, `insert into "${place.schema}".schema_version values (9999)`)
  for (const open of [
    () => openState(place),
    () => openState(place, { readOnly: true }),
    () => forkState(place),
  ]) {
    await expect(open()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/was written by a newer oql \(version 9999/),
      hint: expect.stringContaining('Install the newer oql'),
    })
  }
})

test('a directory without the right to write says so, and what to do', async () => {
  const { directory } = await newPlace()
  const readOnly = path.join(directory, 'kept')
  await mkdir(readOnly)
  await chmod(directory, 0o755)
  await chmod(readOnly, 0o555)
  const child = await startChild('open-as-nobody', `sqlite:${readOnly}/state.db`)
  expect(child.told).toMatchObject({
    name: 'UserError',
    message: `The state ${readOnly}/state.db can't be opened for writing`,
    hint: `Let this user write to ${readOnly}, or name another place in state.url`,
  })
})

test('a state in a directory without the right to write is refused for writing, yet can be forked', async () => {
  const { directory, url } = await newPlace()
  await (await openState(url)).close()
  await chmod(directory, 0o555)
  const child = await startChild('open-as-nobody', url)
  expect(child.told).toMatchObject({
    name: 'UserError',
    hint: expect.stringContaining('Let this user write'),
  })
  const fork = await forkState(url)
  expect(await fork.runs.list(1)).toEqual([])
  await fork.close()
  await chmod(directory, 0o755)
})

test('a file that is no database says so', async () => {
  const { file, url } = await newPlace()
  await writeFile(file, 'not a database at all, but long enough to be looked at'.repeat(50))
  for (const open of [() => openState(url), () => openState(url, { readOnly: true }), () => forkState(url)]) {
    const error = await open().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ message: expect.stringMatching(/state\.db is damaged, or no database$/) })
  }
})

test('a url that names no database we can use never shows its password', async () => {
  for (const url of ['mysql://me:hunter2@host/db', 'state.db']) {
    const error = await openState(url).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2, hint: expect.stringContaining('sqlite:') })
    expect(String(error)).not.toContain('hunter2')
  }
})

test('a disk that is full says so, and what to do', async () => {
  const { file } = await newPlace()
  // The same answer of SQLite as from a disk without room, without filling one.
  const database = new DatabaseSync(file)
  database.exec('pragma max_page_count = 4; create table t (a text)')
  expect.assertions(1)
  try {
    database.exec('insert into t values (hex(zeroblob(100000)))')
  } catch (error) {
    expect(asUserError(file, error)).toMatchObject({
      name: 'UserError',
      message: `The disk of the state ${file} is full`,
      hint: 'Make room; the next run goes on where this one ended',
    })
  }
  database.close()
})

test('a transaction for which there is no room says so, and leaves the state as it was', async () => {
  const { file, url } = await newPlace()
  const state = await openState(url)
  await state.accounts.put([account('acme.com')], 'run-1')
  await state.close()
  const child = await startChildWithin(20_000, 'write-much', url)
  expect(child.told).toMatchObject({ name: 'UserError', message: `The disk of the state ${file} failed` })
  await child.ended
  const again = await openState(url)
  expect(await Array.fromAsync(again.accounts.byDomain())).toEqual([account('acme.com')])
  await again.close()
})
