import { stat } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { repositoryFile, repositoryFiles } from './repository-file.ts'
import { gitHubRefuses, readWorkflow, stepsOf } from './workflow.ts'

const OURS = await repositoryFiles('.github/workflows')
const ALL = [...OURS, 'docs/deploy/github-actions.yml']

/** As GitHub writes what it puts in. */
const expression = (text: string): string => `\${{ ${text} }}`

test('there is one workflow for each change and one for each release', () => {
  expect(OURS.toSorted()).toEqual(['.github/workflows/ci.yml', '.github/workflows/release.yml'])
})

test('what GitHub would refuse is found', async () => {
  const refused = (content: string) => gitHubRefuses('wrong.yml', content)
  expect(await refused('on: push\njobs: { a: { runs-on: x, steps: [{ runs: x }] } }')).not.toEqual([])
  expect(
    await refused(`on: push\njobs: { a: { runs-on: "${expression('secretz.X')}", steps: [{ run: x }] } }`),
  ).not.toEqual([])
  expect(await refused('on: push\njobs: { a: { needs: b, runs-on: x, steps: [{ run: x }] } }')).not.toEqual(
    [],
  )
})

describe.each(ALL)('%s', name => {
  test('GitHub takes it', async () => {
    expect(await gitHubRefuses(name, await repositoryFile(name))).toEqual([])
  })

  test('each action of others is pinned to a commit, with its version beside it', async () => {
    const text = await repositoryFile(name)
    const used = stepsOf(await readWorkflow(name)).flatMap(({ uses }) => uses ?? [])
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter(one => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(one))).toEqual([])
    const lines = text.split('\n').filter(line => /\buses: (?!\.\/)/.test(line))
    expect(lines).toHaveLength(used.length)
    expect(lines.filter(line => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  test('a job may read the repository and nothing else, unless it says so itself', async () => {
    expect((await readWorkflow(name)).permissions).toEqual({ contents: 'read' })
  })

  test('no job runs without an end', async () => {
    const { jobs } = await readWorkflow(name)
    const endless = Object.entries(jobs).filter(([, job]) => !job.uses && !job['timeout-minutes'])
    expect(endless.map(([id]) => id)).toEqual([])
  })

  test('no checkout leaves its token on the disk', async () => {
    const checkouts = stepsOf(await readWorkflow(name)).filter(({ uses }) =>
      uses?.startsWith('actions/checkout@'),
    )
    expect(checkouts.length).toBeGreaterThan(0)
    expect(checkouts.filter(step => step.with?.['persist-credentials'] !== false)).toEqual([])
  })

  test('no command has a text of GitHub’s pasted into it, which would run as a command', async () => {
    const commands = stepsOf(await readWorkflow(name)).flatMap(({ run }) => run ?? [])
    expect(commands.filter(command => command.includes('${{'))).toEqual([])
  })

  test('each action is at the version that the others use', async () => {
    const pins = async (file: string) => stepsOf(await readWorkflow(file)).flatMap(({ uses }) => uses ?? [])
    const everywhere = (await Promise.all(ALL.map(pins))).flat()
    for (const used of await pins(name)) {
      const [action] = used.split('@')
      expect(new Set(everywhere.filter(one => one.startsWith(`${action}@`)))).toEqual(new Set([used]))
    }
  })
})

test('each change is checked as a newcomer would, on Linux and macOS, by the oldest Node that may start it', async () => {
  const { run } = (await readWorkflow('.github/workflows/ci.yml')).jobs
  expect(run?.['runs-on']).toBe(expression('matrix.os'))
  const { os = [], node = [] } = run?.strategy?.matrix ?? {}
  expect(os.map(one => String(one).split('-')[0])).toEqual(['ubuntu', 'macos'])
  expect(await repositoryFile('README.md')).toContain(`Nothing but Node ${node[0]} or newer`)
  expect(run?.strategy?.['fail-fast']).toBe(false)
  expect(run?.steps?.map(step => step.run).filter(command => command !== undefined)).toEqual(['.ci/run'])
  expect((await stat('.ci/run')).mode & 0o111).toBe(0o111)
})
