import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const SECRET = ['.env', '.env.local', '.env.production', 'docs/deploy/.env']

test('where the docs have people write tokens, git does not see it; an example may be kept', () => {
  const asked = [...SECRET, '.env.example', 'docs/deploy/.env.example']
  const { stdout } = spawnSync('git', ['check-ignore', '--no-index', ...asked], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(stdout.trim().split('\n')).toEqual(SECRET)
})

test('nor does it come into an image', () => {
  const lines = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n')
  expect(lines).toEqual(expect.arrayContaining(['.env*', '**/.env*', '!**/.env.example']))
  // The last line that fits decides.
  expect(lines.indexOf('!**/.env.example')).toBeGreaterThan(lines.indexOf('**/.env*'))
})
