import { expect, test } from 'vitest'
import { z } from 'zod'
import { repositoryFile } from './repository-file.ts'

/** The keys that we use; Renovate ignores a misspelt one and does what nobody asked for. */
const RULE = z.strictObject({
  description: z.string().min(1),
  matchPackageNames: z.array(z.string()).min(1).optional(),
  matchDepTypes: z.array(z.string()).min(1).optional(),
  matchManagers: z.array(z.string()).min(1).optional(),
  matchUpdateTypes: z
    .array(z.enum(['major', 'minor', 'patch', 'pin', 'digest']))
    .min(1)
    .optional(),
  groupName: z.string().optional(),
  allowedVersions: z.string().optional(),
  enabled: z.boolean().optional(),
  dependencyDashboardApproval: z.boolean().optional(),
  automerge: z.boolean().optional(),
  ignoreUnstable: z.boolean().optional(),
})
const MAINTENANCE = z.strictObject({ enabled: z.literal(true), schedule: z.array(z.string()) })
const RENOVATE = z.strictObject({
  $schema: z.string(),
  extends: z.array(z.string()),
  rangeStrategy: z.literal('pin'),
  minimumReleaseAge: z.string().regex(/^\d+ days$/),
  internalChecksFilter: z.literal('strict'),
  schedule: z.array(z.string()),
  prConcurrentLimit: z.number(),
  lockFileMaintenance: MAINTENANCE,
  vulnerabilityAlerts: z.strictObject({
    schedule: z.array(z.string()),
    minimumReleaseAge: z.null(),
    labels: z.array(z.string()),
  }),
  'github-actions': z.strictObject({ managerFilePatterns: z.array(z.string()) }),
  packageRules: z.array(RULE),
})
const MANIFEST = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  engines: z.record(z.string(), z.string()),
})

const renovate = async () => RENOVATE.parse(JSON.parse(await repositoryFile('renovate.json')))
const manifest = async () => MANIFEST.parse(JSON.parse(await repositoryFile('package.json')))
const ruleFor = async (name: string) => {
  const { packageRules } = await renovate()
  const found = packageRules.findLast(rule => rule.matchPackageNames?.includes(name))
  if (found === undefined) throw new Error(`no rule names ${name}`)
  return found
}

test('versions are pinned exactly, as they are now', async () => {
  expect((await renovate()).rangeStrategy).toBe('pin')
  const { dependencies, devDependencies } = await manifest()
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, one]) => !/^\d+\.\d+\.\d+/.test(one),
  )
  expect(loose).toEqual([])
})

test('actions are pinned to commits and images to digests', async () => {
  expect((await renovate()).extends).toEqual(
    expect.arrayContaining(['docker:pinDigests', 'helpers:pinGitHubActionDigestsToSemver']),
  )
})

test('nobody lifts jsforce in passing: its transport is ours', async () => {
  const rule = await ruleFor('jsforce')
  expect(rule).toMatchObject({ dependencyDashboardApproval: true, automerge: false, groupName: 'jsforce' })
  const { packageRules } = await renovate()
  const later = packageRules.slice(
    packageRules.indexOf(packageRules.find(one => one.groupName === 'jsforce') ?? rule) + 1,
  )
  expect(later.filter(one => !one.matchPackageNames)).toEqual([])
})

test('Node stays at the major that is pinned, in every place', async () => {
  const { allowedVersions = '' } = await ruleFor('node')
  const { devDependencies } = await manifest()
  const allowed = new RegExp(allowedVersions.replace(/^\/|\/$/g, ''))
  for (const version of [devDependencies.node, devDependencies['@types/node'], '24-slim', 'v24.1.0', '24']) {
    expect(version).toMatch(allowed)
  }
  for (const version of ['25.0.0', '240.0.0', 'v26.1.0']) expect(version).not.toMatch(allowed)
  expect(await repositoryFile('Dockerfile')).toMatch(/^FROM node:24-slim/m)
})

test('a rule names packages that there are', async () => {
  const { dependencies, devDependencies } = await manifest()
  const names = Object.keys({ ...dependencies, ...devDependencies })
  for (const pattern of (await renovate()).packageRules.flatMap(rule => rule.matchPackageNames ?? [])) {
    const fits = (name: string) =>
      pattern.endsWith('/**') ? name.startsWith(pattern.slice(0, -2)) : name === pattern
    expect(names.filter(fits), pattern).not.toEqual([])
  }
})

test('a release that looks like a trial is taken only where the one that we have looks like one', async () => {
  const { dependencies, devDependencies } = await manifest()
  const trials = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) =>
    version.includes('-'),
  )
  for (const [name] of trials) expect((await ruleFor(name)).ignoreUnstable, name).toBe(false)
})
