import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readRelease } from '../../../.ci/release-notes.ts'

const READY = {
  tag: 'v1.2.0',
  repository: 'https://github.com/acme/oql-sync',
  manifest: JSON.stringify({
    version: '1.2.0',
    repository: { type: 'git', url: 'git+https://github.com/acme/oql-sync.git' },
  }),
  changelog: `# Changelog

## [Unreleased]

## [1.2.0] - 2027-02-03

### Added
- Something good.

## [1.1.0] - 2027-01-02

### Fixed
- Something bad.
`,
}
const manifest = (changed: object) => JSON.stringify({ ...JSON.parse(READY.manifest), ...changed })

test('the notes are what the changelog tells of the version, and nothing of others', () => {
  const { notes, problems } = readRelease(READY)
  expect(problems).toEqual([])
  expect(notes).toContain('Something good.')
  expect(notes).not.toContain('Something bad.')
})

test.each([
  ['a tag of another version', { tag: 'v1.3.0' }, /tag v1\.2\.0/],
  [
    'a version that the changelog does not have',
    { changelog: '# Changelog\n\n## [Unreleased]\n' },
    /no section/,
  ],
  [
    'a version without a date',
    { changelog: '# Changelog\n\n## [1.2.0] - Unreleased\n\n### Added\n- Something.\n' },
    /no section "## \[1\.2\.0\] - DATE"/,
  ],
  [
    'a version of which nothing is told',
    { changelog: '# Changelog\n\n## [1.2.0] - 2027-02-03\n' },
    /says nothing/,
  ],
  ['a private package', { manifest: manifest({ private: true }) }, /private/],
  ['no repository', { manifest: manifest({ repository: undefined }) }, /npm pkg set repository\.type=git/],
  [
    'another repository',
    { manifest: manifest({ repository: 'https://github.com/acme/fork' }) },
    /acme\/fork/,
  ],
  [
    'a repository that differs in its capitals alone, which npm refuses',
    { manifest: manifest({ repository: 'https://github.com/Acme/oql-sync' }) },
    /Acme\/oql-sync/,
  ],
])('%s is not ready', (_, changed, problem) => {
  expect(readRelease({ ...READY, ...changed }).problems).toEqual([expect.stringMatching(problem)])
})

test('the workflow’s command tells all that is not ready at once, and fails', async () => {
  const env = {
    ...process.env,
    GITHUB_REF_NAME: 'v99.0.0',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'nobody/nothing',
  }
  const failed = await promisify(execFile)(process.execPath, ['.ci/release-notes.ts'], { env }).then(
    () => null,
    (error: { code: number; stderr: string; stdout: string }) => error,
  )
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(failed?.stderr).toMatch(/^not ready: the tag is v99\.0\.0/m)
  expect(failed?.stderr).toMatch(/^not ready: package\.json's repository /m)
})
