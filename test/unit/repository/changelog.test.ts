import { parser } from 'keep-a-changelog'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { repositoryFile } from './repository-file.ts'

const KINDS = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security']

const changelog = async () => parser(await repositoryFile('CHANGELOG.md'))
const packageVersion = async () =>
  z.object({ version: z.string() }).parse(JSON.parse(await repositoryFile('package.json'))).version

test('the changelog begins with what is not released', async () => {
  const [newest] = (await changelog()).releases
  expect(newest?.version).toBeUndefined()
  expect(newest?.date).toBeUndefined()
})

test('each version is there once, is dated, and tells of changes of the kinds that there are', async () => {
  const { releases } = await changelog()
  const versions = releases.map(({ version }) => version)
  expect(new Set(versions).size).toBe(versions.length)
  for (const { version, date, changes } of releases) {
    if (version !== undefined) expect(date, version).toBeInstanceOf(Date)
    const kinds = [...changes].flatMap(([kind, told]) => (told.length === 0 ? [] : kind))
    expect(kinds.filter(kind => !KINDS.includes(kind))).toEqual([])
    if (version !== undefined) expect(kinds).not.toEqual([])
  }
})

test('the package is at the newest version of the changelog; before the first one, that one is being prepared', async () => {
  const released = (await changelog()).releases.filter(({ version }) => version !== undefined)
  if (released.length > 0) expect(released[0]?.version).toBe(await packageVersion())
  else {
    expect(await packageVersion()).toBe('0.1.0')
    expect((await changelog()).releases[0]?.isEmpty()).toBe(false)
  }
})
