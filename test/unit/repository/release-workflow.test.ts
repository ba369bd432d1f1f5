import { expect, test } from 'vitest'
import { z } from 'zod'
import { repositoryFile } from './repository-file.ts'
import { readWorkflow, type Workflow } from './workflow.ts'

const RELEASE = '.github/workflows/release.yml'

/** Jobs that must have ended well before this one begins, however far back. */
function before(job: string, { jobs }: Workflow): string[] {
  const needs = z.union([z.string().transform(one => [one]), z.array(z.string())]).default([])
  return needs.parse(jobs[job]?.needs).flatMap(one => [one, ...before(one, { jobs } as Workflow)])
}

const stepUsing = ({ jobs }: Workflow, job: string, action: string) => {
  const found = jobs[job]?.steps?.find(({ uses }) => uses?.startsWith(`${action}@`))
  if (found === undefined) throw new Error(`${job} has no ${action}`)
  return found
}

test('nothing is published before all checks passed on the tag', async () => {
  const release = await readWorkflow(RELEASE)
  expect(release.jobs.checks?.uses).toBe('./.github/workflows/ci.yml')
  for (const job of ['npm', 'image', 'release']) {
    expect(before(job, release)).toEqual(expect.arrayContaining(['package', 'checks']))
  }
  expect(before('release', release)).toEqual(expect.arrayContaining(['npm', 'image']))
})

test('a release that is under way is never broken off', async () => {
  expect((await readWorkflow(RELEASE)).concurrency).toEqual({ group: 'release', 'cancel-in-progress': false })
})

test('each job may do what it is for, and no more', async () => {
  const { jobs } = await readWorkflow(RELEASE)
  const signs = { contents: 'read', 'id-token': 'write', attestations: 'write' }
  expect(Object.fromEntries(Object.entries(jobs).map(([id, { permissions }]) => [id, permissions]))).toEqual({
    package: undefined,
    checks: undefined,
    npm: signs,
    image: { ...signs, packages: 'write' },
    release: { contents: 'write' },
  })
})

test('no secret is kept for it', async () => {
  expect(await repositoryFile(RELEASE)).not.toContain('secrets.')
})

test('the package is the one that was made from the tag, with its provenance and SBOM', async () => {
  const release = await readWorkflow(RELEASE)
  const commands = (job: string) => (release.jobs[job]?.steps ?? []).map(({ run = '' }) => run).join('\n')
  expect(commands('package')).toContain('node .ci/release-notes.ts > notes.md')
  expect(commands('package')).toMatch(/^npm pack --pack-destination release$/m)
  expect(commands('package')).toMatch(/^npm sbom --omit=dev .* > release\/sbom\.spdx\.json$/m)
  expect(commands('npm')).toMatch(/^npm publish \.\/release\/\*\.tgz --provenance /m)
  expect(stepUsing(release, 'npm', 'actions/attest').with).toEqual({
    'subject-path': 'release/*.tgz',
    'sbom-path': 'release/sbom.spdx.json',
  })
})

test('the image is for each processor that DuckDB has a native part for, and the Dockerfile is given what it asks for', async () => {
  const { with: given = {} } = stepUsing(await readWorkflow(RELEASE), 'image', 'docker/build-push-action')
  const dockerfile = await repositoryFile('Dockerfile')
  const lock = z
    .object({ packages: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(await repositoryFile('package-lock.json')))
  const platforms = String(given.platforms).split(',')
  expect(platforms).toEqual(['linux/amd64', 'linux/arm64'])
  for (const platform of platforms) {
    const cpu = platform.replace('linux/', '').replace('amd64', 'x64')
    expect(Object.keys(lock.packages)).toContain(`node_modules/@duckdb/node-bindings-linux-${cpu}`)
  }
  const asked = [...dockerfile.matchAll(/^ARG (\w+)$/gm)].map(([, name]) => name)
  const byDocker = ['TARGETARCH', 'TARGETPLATFORM', 'TARGETOS']
  const byUs = String(given['build-args'] ?? '')
    .split('\n')
    .flatMap(line => line.split('=')[0] || [])
  expect(asked.filter(name => !byDocker.includes(name ?? ''))).toEqual(byUs)
})

test('the image that is pushed is the one that is signed, with its SBOM', async () => {
  const release = await readWorkflow(RELEASE)
  const built = stepUsing(release, 'image', 'docker/build-push-action')
  expect(built.with).toMatchObject({ push: true, sbom: true, provenance: 'mode=max' })
  expect(stepUsing(release, 'image', 'actions/attest').with).toMatchObject({
    'subject-name': stepUsing(release, 'image', 'docker/metadata-action').with?.images,
    'subject-digest': `\${{ steps.${built.id}.outputs.digest }}`,
    'push-to-registry': true,
  })
})
