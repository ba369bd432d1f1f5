import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { program } from '../../../src/cli/program.ts'
import { createTerminal } from '../../../src/cli/terminal.ts'
import { systemClock } from '../../../src/clock.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { createMetrics } from '../../../src/serve/metrics.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const file = (name: string) => readFile(path.join(ROOT, name), 'utf8')
const manifest = async (name: string) =>
  parseAllDocuments(await file(`docs/deploy/kubernetes/${name}`)).map(one =>
    z.looseObject({ kind: z.string() }).parse(one.toJS()),
  )

/** What a container of the config needs to be told. */
const TOLD = {
  OQL_STATE_URL: 'postgres://oql:pw@db/oql',
  HUBSPOT_TOKEN: 'pat-na1-x',
  CONSOLE_TOKEN: 'console-token',
}

/** The container's /config: the config beside its mapping. */
async function containerConfig(env: Record<string, string> = TOLD) {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-deploy-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await cp(path.join(ROOT, 'docs/deploy/oql.yaml'), path.join(folder, 'oql.yaml'))
  await cp(path.join(ROOT, 'mappings/hubspot.yaml'), path.join(folder, 'hubspot.yaml'))
  return loadConfig(path.join(folder, 'oql.yaml'), env)
}

/** Variables that a config asks for, and those that it can do without. */
async function variablesIn(config: string): Promise<{ needed: string[]; all: string[] }> {
  const text = (await file(config)).replace(/(^|\s)#.*$/gm, '')
  const found = [...text.matchAll(/\$\{([A-Z_]+)(:-[^}]*)?\}/g)]
  return {
    needed: found.flatMap(([, name = '', other]) => (other === undefined ? [name] : [])),
    all: found.map(([, name = '']) => name),
  }
}

/** Fails where commander does not know the command, or an option of it. */
async function isCommand(args: readonly string[]): Promise<void> {
  const done: string[] = []
  const silent = { write: () => true } as unknown as NodeJS.WriteStream // nothing is looked at
  const terminal = createTerminal({ stdin: {}, stdout: silent, stderr: silent, env: {} })
  const context = {
    terminal,
    env: {},
    clock: systemClock,
    stop: {
      gracefully: () => new AbortController().signal,
      now: (): never => {
        throw new Error('nothing runs here')
      },
    },
  }
  await program(context, () => async () => void done.push('called')).parseAsync([...args], { from: 'user' })
  expect(done).toEqual(['called'])
}

const CONTAINER = z.object({
  args: z.array(z.string()),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).optional(),
  envFrom: z.array(z.object({ secretRef: z.object({ name: z.literal('oql-secrets') }) })),
  securityContext: z.object({
    readOnlyRootFilesystem: z.literal(true),
    allowPrivilegeEscalation: z.literal(false),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(
    z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
  ),
  livenessProbe: z.unknown().optional(),
  readinessProbe: z.unknown().optional(),
})
const POD = z.object({
  terminationGracePeriodSeconds: z.number(),
  securityContext: z.object({
    runAsNonRoot: z.literal(true),
    runAsUser: z.literal(1000),
    fsGroup: z.literal(1000),
  }),
  containers: z.tuple([CONTAINER]),
  volumes: z.array(z.looseObject({ name: z.string() })),
})

async function pod(name: string, kind: string) {
  const found = (await manifest(name)).find(one => one.kind === kind)
  const spec = z.looseObject({ spec: z.looseObject({}) }).parse(found).spec
  const inner =
    kind === 'CronJob'
      ? z.object({ jobTemplate: z.object({ spec: z.unknown() }) }).parse(spec).jobTemplate.spec
      : spec
  return POD.parse(z.object({ template: z.object({ spec: z.unknown() }) }).parse(inner).template.spec)
}

test('the container’s config is right, and says which variables are missing', async () => {
  expect((await containerConfig()).serve).toMatchObject({
    host: '0.0.0.0',
    port: 8787,
    token: 'console-token',
  })
  await expect(containerConfig({})).rejects.toThrow('OQL_STATE_URL')
})

describe.each([
  ['deployment.yaml', 'Deployment'],
  ['cronjob.yaml', 'CronJob'],
])('%s', (name, kind) => {
  test('runs a command that there is, with the config where it is mounted', async () => {
    const { containers } = await pod(name, kind)
    await isCommand(containers[0].args)
    expect(containers[0].args.at(-1)).toBe('/config/oql.yaml')
  })

  test('has a place for all that is written, and waits longer than a run is given to stop', async () => {
    const { containers, volumes, terminationGracePeriodSeconds } = await pod(name, kind)
    const writable = containers[0].volumeMounts.filter(mount => mount.readOnly !== true)
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(['/data', '/tmp'])
    expect(volumes.map(volume => volume.name)).toEqual(containers[0].volumeMounts.map(mount => mount.name))
    const { serve } = await containerConfig()
    expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThan(serve.stopWithinMs)
  })
})

test('the deployment is probed where the service answers', async () => {
  const { containers } = await pod('deployment.yaml', 'Deployment')
  const { serve } = await containerConfig()
  expect(containers[0].ports).toEqual([{ name: 'http', containerPort: serve.port }])
  expect(containers[0]).toMatchObject({
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
  })
})

test('compose gives the service what its config needs', async () => {
  const compose = parse(await file('docs/deploy/compose.yaml'))
  const { services } = z
    .object({
      services: z.object({
        oql: z.looseObject({
          environment: z.record(z.string(), z.string()),
          volumes: z.array(z.string()),
          ports: z.array(z.string()),
          read_only: z.literal(true),
          stop_grace_period: z.string(),
          build: z.object({ context: z.string() }),
        }),
        state: z.looseObject({}),
      }),
    })
    .parse(compose)
  const { oql } = services
  const { needed, all } = await variablesIn('docs/deploy/oql.yaml')
  const given = Object.keys(oql.environment)
  expect(needed.filter(name => !given.includes(name))).toEqual([])
  expect(given.filter(name => !all.includes(name))).toEqual([])
  const config = await containerConfig()
  expect(oql.ports).toEqual([`127.0.0.1:${config.serve.port}:${config.serve.port}`])
  expect(Number.parseInt(oql.stop_grace_period, 10) * 1_000).toBeGreaterThan(config.serve.stopWithinMs)
  for (const volume of oql.volumes.filter(one => one.startsWith('.'))) {
    await file(path.join('docs/deploy', volume.split(':')[0] ?? ''))
  }
  await file(path.join('docs/deploy', oql.build.context, 'Dockerfile'))
})

test('the workflow runs commands that there are, and sets what their config needs', async () => {
  const workflow = z
    .object({
      jobs: z.object({
        sync: z.object({
          env: z.record(z.string(), z.string()),
          steps: z.array(z.looseObject({ run: z.string().optional() })),
        }),
      }),
    })
    .parse(parse(await file('docs/deploy/github-actions.yml')))
  const { env, steps } = workflow.jobs.sync
  const commands = steps.flatMap(({ run = '' }) => run.match(/^npm run -s oql -- (.*?)( > .*)?$/)?.[1] ?? [])
  expect(commands).toHaveLength(2)
  for (const line of commands) await isCommand(line.split(' '))
  const { needed, all } = await variablesIn('config/oql.production.yaml')
  expect(needed.filter(name => !(name in env))).toEqual([])
  expect(Object.keys(env).filter(name => !all.includes(name))).toEqual([])
})

test('the image runs a command that there is, as nobody’s root, and asks the port of the config how it is', async () => {
  const dockerfile = await file('Dockerfile')
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? []
  await isCommand(z.array(z.string()).parse(JSON.parse(command)))
  const { serve } = await containerConfig()
  expect(dockerfile).toContain(`EXPOSE ${serve.port}\n`)
  expect(dockerfile).toContain(`http://127.0.0.1:${serve.port}/healthz`)
  expect(dockerfile).toMatch(/^USER 1000:1000$/m)
  const main = /^ENTRYPOINT \["node", "\/app\/dist\/(.*)\.js"\]$/m.exec(dockerfile)?.[1]
  await file(`${main}.ts`)
})

/** Names of metrics in a query. */
const metricsIn = (query: string): string[] => query.match(/\b(oql|process|nodejs)_[a-z0-9_]+/g) ?? []

test('each query of dashboard and alerts names metrics that there are', async () => {
  const { registry } = createMetrics()
  const known = new Set(
    (await registry.getMetricsAsJSON()).flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  )
  const dashboard = z
    .object({
      panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
    })
    .parse(JSON.parse(await file('docs/deploy/grafana.json')))
  const alerts = z
    .object({
      groups: z.array(z.object({ rules: z.array(z.looseObject({ alert: z.string(), expr: z.string() })) })),
    })
    .parse(parse(await file('docs/deploy/alerts.yaml')))
  const queries = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ]
  expect(queries.filter(query => metricsIn(query).length === 0)).toEqual([])
  expect(queries.flatMap(metricsIn).filter(name => !known.has(name))).toEqual([])
  const ours = [...known].filter(name => name.startsWith('oql_') && !/_(sum|count)$/.test(name))
  expect(ours.filter(name => !queries.some(query => query.includes(name)))).toEqual([])
  const told = await file('docs/deploying.md')
  expect(alerts.groups.flatMap(({ rules }) => rules.filter(({ alert }) => !told.includes(alert)))).toEqual([])
})
