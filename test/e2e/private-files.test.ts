import { chmod, link, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { AS_OF, newPlace, type Place } from './place.ts'

const HEAD = 'id,occurred_at,kind,account_domain,artifact,version,actor_id,email\n'
const SIGNALS = `${HEAD}1,2025-05-20T10:00:00Z,download,acme.com,server,1.2.3,a,jo@acme.com\n`

/** Path below the folder → its permission bits, of everything in it and of itself. */
async function modesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true })
  const modes = ['.', ...names].map(async name => [
    name,
    ((await stat(path.join(folder, name))).mode & 0o777).toString(8),
  ])
  return Object.fromEntries(await Promise.all(modes))
}

async function withPeople(): Promise<Place> {
  const place = await newPlace(SIGNALS)
  await place.json('setup', 'hubspot')
  return place
}

const loosest = (modes: Record<string, string>) =>
  Object.entries(modes).filter(([, mode]) => mode !== '700' && mode !== '600')

test('state, landed, rolled up and people files are ours alone, and so are their folders', async () => {
  const place = await withPeople()
  await place.json('sync', '--as-of', AS_OF)
  const modes = await modesIn(path.join(place.directory, '.oql'))
  expect(loosest(modes)).toEqual([])
  const kinds = [
    /^state\.db$/,
    /^landed\/.*parquet$/,
    /^landed\/.*json$/,
    /^rollup\/.*people/,
    /^rollup\/.*json$/,
  ]
  for (const kind of kinds)
    expect(
      Object.keys(modes).filter(name => kind.test(name)),
      String(kind),
    ).not.toEqual([])
  // What somebody asked for by name keeps the umask.
  await place.json('sample', 'exported', '--accounts', '5', '--signals', '50')
  expect((await modesIn(path.join(place.directory, 'exported')))['.']).toBe('755')
})

test('those of an earlier version are tightened by the next run; a folder that others use stays theirs', async () => {
  const place = await withPeople()
  await place.json('sync', '--as-of', AS_OF)
  const data = path.join(place.directory, '.oql')
  for (const name of Object.keys(await modesIn(data))) {
    const file = path.join(data, name)
    await chmod(file, (await stat(file)).isDirectory() ? 0o755 : 0o644)
  }
  await place.json('sync', '--as-of', AS_OF)
  expect(loosest(await modesIn(data))).toEqual([])
  await chmod(data, 0o755)
  await mkdir(path.join(data, 'of-somebody-else'), { mode: 0o755 })
  await place.json('sync', '--as-of', AS_OF)
  const { '.': folder, 'of-somebody-else': other } = await modesIn(data)
  expect([folder, other]).toEqual(['755', '755'])
})

test('a log of the state that is open is ours alone too', async () => {
  const place = await withPeople()
  place.sandbox.control.fault({ trouble: { kind: 'slow', delayMs: 60_000 }, every: 1 })
  const { child, ended } = place.start('sync', '--as-of', AS_OF)
  const data = path.join(place.directory, '.oql')
  await expect.poll(() => modesIn(data), { timeout: 60_000 }).toHaveProperty(['state.db-wal'])
  const modes = await modesIn(data)
  child.kill('SIGKILL')
  await ended
  expect(Object.entries(modes).filter(([name]) => /^state\.db(?!\.lock-)/.test(name))).toEqual(
    ['state.db', 'state.db-shm', 'state.db-wal', 'state.db.lock', 'state.db.lock.json'].map(name => [
      name,
      '600',
    ]),
  )
})

test.each([
  ['a symbolic link to it', (from: string, to: string) => symlink(from, to)],
  [
    'a symbolic link to its folder',
    (from: string, to: string) => symlink(path.dirname(from), path.dirname(to)),
  ],
])('who comes to a state through %s finds the lease held', async (_how, join) => {
  const place = await withPeople()
  await place.json('sync', '--as-of', AS_OF)
  const data = path.join(place.directory, '.oql')
  const folder = path.join(place.directory, 'other')
  if (_how === 'a symbolic link to it') await mkdir(folder)
  await join(path.join(data, 'state.db'), path.join(folder, 'state.db'))
  const config = await place.read('config/oql.yaml')
  await place.write(
    'config/other.yaml',
    config.replace(/^state: .*$/m, 'state: { url: "sqlite:../other/state.db" }'),
  )
  place.sandbox.control.fault({ trouble: { kind: 'slow', delayMs: 60_000 }, every: 1 })
  const { child, ended } = place.start('sync', '--as-of', AS_OF)
  await expect.poll(() => readdir(data), { timeout: 60_000 }).toContain('state.db.lock.json')
  const second = await place.oql('sync', '--as-of', AS_OF, '--config', 'config/other.yaml')
  child.kill('SIGKILL')
  await ended
  expect([second.code, second.stderr]).toEqual([4, expect.stringContaining(`process ${child.pid} `)])
})

test('a state that has two names of its own is refused by every command', async () => {
  const place = await withPeople()
  await place.json('sync', '--as-of', AS_OF)
  await link(path.join(place.directory, '.oql/state.db'), path.join(place.directory, 'second.db'))
  for (const command of [['sync', '--as-of', AS_OF], ['runs'], ['plan', '--as-of', AS_OF]]) {
    const { code, stderr } = await place.oql(...command)
    expect([command, code, stderr]).toEqual([
      command,
      1,
      expect.stringMatching(/state\.db has 2 names.*hard link/s),
    ])
  }
})
