import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { forkState, openState } from '../../../src/state/state.ts'
import { account } from '../../unit/state/account.ts'
import { startChild } from './child-process.ts'
import { contentsOf, newPlace, ownTemporaryDirectory } from './place.ts'

const AT = new Date('2025-06-02T00:00:00Z')

async function withOneAccount(url: string): Promise<void> {
  const state = await openState(url)
  await state.runs.begin({ id: 'run-1', startedAt: AT, asOf: AT, model: { name: 'default', hash: 'h' } })
  await state.accounts.put([account('acme.com')], 'run-1')
  await state.close()
}

test('what is written to a fork changes no file beside the state and leaves none behind', async () => {
  const { directory, url } = await newPlace()
  await withOneAccount(url)
  const before = await contentsOf(directory)
  const temporary = await ownTemporaryDirectory()

  const fork = await forkState(url)
  await fork.accounts.put([account('acme.com', { stage: 'inactive' }), account('new.com')], 'run-1')
  expect((await Array.fromAsync(fork.accounts.byDomain())).map(each => each.domain)).toEqual([
    'acme.com',
    'new.com',
  ])
  expect(await readdir(temporary)).toHaveLength(1)
  await fork.close()

  expect(await contentsOf(directory)).toEqual(before)
  expect(await readdir(temporary)).toEqual([])
})

test('a state that is not there can be forked and read, and is still not there', async () => {
  const { directory } = await newPlace()
  const url = `sqlite:${path.join(directory, 'sub', 'state.db')}`
  for (const open of [() => forkState(url), () => openState(url, { readOnly: true })]) {
    const state = await open()
    expect(await state.runs.list(1)).toEqual([])
    await state.close()
  }
  expect(await contentsOf(directory)).toEqual({})
})

test('a process that exits without closing leaves no copy behind', async () => {
  const { url } = await newPlace()
  await withOneAccount(url)
  const temporary = await ownTemporaryDirectory()
  const child = await startChild('fork-and-exit', url)
  expect(child.told).toEqual({ runs: 1, copy: 1 })
  await child.ended
  expect(await readdir(temporary)).toEqual([])
})

test('a state in use is forked as last committed', async () => {
  const { url } = await newPlace()
  await withOneAccount(url)
  const child = await startChild('half-written', url)
  const fork = await forkState(url)
  await fork.accounts.put([account('other.com')], 'run-1')
  expect((await Array.fromAsync(fork.accounts.byDomain())).map(each => each.domain)).toEqual([
    'acme.com',
    'other.com',
  ])
  await fork.close()
  await child.kill()
})

test('a state that a kill left behind is forked with all that was committed, and left as it is', async () => {
  const { directory, file, url } = await newPlace()
  await withOneAccount(url)
  await (await startChild('committed', url)).kill()
  const before = await contentsOf(directory)
  const fork = await forkState(url)
  expect(await Array.fromAsync(fork.accounts.byDomain())).toEqual([
    account('acme.com', { stage: 'inactive' }),
  ])
  await fork.close()
  const after = await contentsOf(directory)
  expect(Object.keys(after)).toEqual(Object.keys(before))
  const name = path.basename(file)
  expect([after[name], after[`${name}-wal`]]).toEqual([before[name], before[`${name}-wal`]])
})
