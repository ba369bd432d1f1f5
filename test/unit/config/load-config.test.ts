import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { EXIT } from '../../../src/domain/errors.ts'
import { folderWith, HUBSPOT, load, MAPPING, mainFile, problemsOf, STORE } from './config-folder.ts'

const FULL = `version: 1
store:
  engine: duckdb
  sources:
    - { name: scarf, type: files, format: scarf_events, path: ../data/*.csv.gz, types: { ping: telemetry } }
    - { name: own, type: files, format: canonical, path: "s3://bucket/*.parquet", columns: { occurred_at: ts }, defaults: { kind: download } }
    - { name: api, type: scarf_api, owner: acme, token: "\${SCARF_TOKEN}" }
    - { name: code, type: github, repositories: [acme/server], token: "\${GITHUB_TOKEN}" }
  aliases: { acme.com: [acme.io, acme.dev] }
  exclude: { domains: [mycompany.com], free_mail: false, connection_types: [isp], min_confidence: 0.5, bots: false }
  max_bad_rows: 1%
  memory_limit: 512MiB
data: ../kept
state: { url: "sqlite:../kept/state.db", schema: sales }
segments:
  big: { country: [US, DE], signals_30: ">= 100" }
connectors:
  hubspot:
    use: hubspot
    mapping: ../mappings/hubspot.yaml
    only: { segment: big }
    budget: 50%
    config: { token: "\${HUBSPOT_TOKEN}", base_url: "https://api.hubapi.com" }
notify:
  - { name: hook, use: webhook, url: "https://hooks.example.com/x", secret: "\${HOOK_SECRET}", when: { direction: [up, back] } }
  - { name: sales, use: slack, url: "\${SLACK_URL}", when: { to: [ongoing_usage] }, after: hubspot, digest_above: 20 }
  - { name: quiet, use: webhook, url: "http://10.0.0.1/x", allow_private: true, on: risk, when: { risk: high } }
notices: { on_first_run: notify, expire_after: 1d, attempts: 3, max_per_run: 10 }
guard: { max_staleness: 3d, max_stage_moves: 20% }
schedule: { cron: "15 * * * * *", timezone: Europe/Berlin, jitter: 5s }
serve: { host: 0.0.0.0, port: 9000, token: "\${CONSOLE_TOKEN:-}", url: "https://oql.acme.internal", stop_within: 1m, ping: "https://hc.example.com/u" }
retention: { runs: 1d, changes: 2h, notices: 3m }
log: { level: debug }
`

const ENV = {
  SCARF_TOKEN: 'scarf-token',
  GITHUB_TOKEN: 'github-token',
  HUBSPOT_TOKEN: 'hubspot-token',
  HOOK_SECRET: 'hook-secret-of-24-characters',
  SLACK_URL: 'https://hooks.slack.com/services/T/B/x',
}

describe('a config with every key', () => {
  test('becomes typed parts with times in ms, sizes in bytes and paths made absolute', async () => {
    const folder = folderWith({ 'config/oql.yaml': FULL, 'mappings/hubspot.yaml': MAPPING })
    const { store, model, connectors, ...rest } = await loadConfig(mainFile(folder), ENV)
    const shape = { types: {}, columns: {}, defaults: {} }
    expect(store).toEqual({
      engine: 'duckdb',
      url: null,
      sources: [
        {
          ...shape,
          name: 'scarf',
          type: 'files',
          format: 'scarf_events',
          path: path.join(folder, 'data/*.csv.gz'),
          types: { ping: 'telemetry' },
        },
        {
          ...shape,
          name: 'own',
          type: 'files',
          format: 'canonical',
          path: 's3://bucket/*.parquet',
          columns: { occurred_at: 'ts' },
          defaults: { kind: 'download' },
        },
        { name: 'api', type: 'scarf_api', owner: 'acme', token: 'scarf-token', types: {} },
        { name: 'code', type: 'github', repositories: ['acme/server'], token: 'github-token' },
      ],
      aliases: { 'acme.com': ['acme.io', 'acme.dev'] },
      exclude: {
        domains: ['mycompany.com'],
        freeMail: false,
        connectionTypes: ['isp'],
        minConfidence: 0.5,
        bots: false,
      },
      maxBadRows: 0.01,
      memoryLimitBytes: 512 * 1024 * 1024,
    })
    expect(model.name).toBe('default')
    expect(connectors.hubspot).toMatchObject({
      name: 'hubspot',
      use: 'hubspot',
      mappingFile: path.join(folder, 'mappings/hubspot.yaml'),
      only: [{ segment: { op: 'oneOf', values: ['big'] } }],
      budget: 0.5,
      config: { token: 'hubspot-token', base_url: 'https://api.hubapi.com' },
    })
    expect(rest).toMatchObject({
      dataDir: path.join(folder, 'kept'),
      state: { url: `sqlite:${path.join(folder, 'kept/state.db')}`, schema: 'sales' },
      segments: {
        big: [{ country: { op: 'oneOf', values: ['US', 'DE'] }, signals_30: { op: '>=', value: 100 } }],
      },
      notify: [
        {
          name: 'hook',
          use: 'webhook',
          secret: 'hook-secret-of-24-characters',
          on: 'stage',
          after: null,
          allowPrivate: false,
        },
        { name: 'sales', use: 'slack', url: ENV.SLACK_URL, after: 'hubspot', digestAbove: 20 },
        {
          name: 'quiet',
          on: 'risk',
          when: [{ risk: { op: 'oneOf', values: ['high'] } }],
          allowPrivate: true,
        },
      ],
      notices: { onFirstRun: 'notify', expireAfterMs: 86_400_000, attempts: 3, maxPerRun: 10 },
      guard: { maxStalenessMs: 3 * 86_400_000, maxStageMoves: 0.2 },
      schedule: { cron: '15 * * * * *', timezone: 'Europe/Berlin', jitterMs: 5000 },
      serve: {
        host: '0.0.0.0',
        port: 9000,
        token: null,
        url: 'https://oql.acme.internal',
        stopWithinMs: 60_000,
        ping: 'https://hc.example.com/u',
      },
      retention: { runsMs: 86_400_000, changesMs: 7_200_000, noticesMs: 180_000 },
      log: { level: 'debug' },
    })
  })
})

describe('the least config', () => {
  test('takes the values of CONFIG.md for all that it leaves out', async () => {
    const config = await load(STORE)
    expect(config.store).toMatchObject({
      engine: 'duckdb',
      exclude: {
        domains: [],
        freeMail: true,
        connectionTypes: ['isp', 'hosting'],
        minConfidence: 0,
        bots: true,
      },
      maxBadRows: 0.01,
      memoryLimitBytes: 2 * 1024 ** 3,
    })
    expect(config.state).toEqual({ url: `sqlite:${config.dataDir}/state.db`, schema: 'oql' })
    expect(config.guard).toEqual({ maxStalenessMs: null, maxStageMoves: null })
    expect(config.notices).toEqual({
      onFirstRun: 'silent',
      expireAfterMs: 604_800_000,
      attempts: 12,
      maxPerRun: 500,
    })
    expect(config.schedule).toEqual({ cron: '15 * * * *', timezone: 'UTC', jitterMs: 60_000 })
  })

  test('reads its table from an engine with an address', async () => {
    const table = STORE.replace(
      'type: files, path: "../data/*.csv"',
      'type: table, table: public.raw',
    ).replace('store:', 'store:\n  engine: postgres\n  url: "postgres://reader@db/signals"')
    expect((await load(table)).store).toMatchObject({
      engine: 'postgres',
      url: 'postgres://reader@db/signals',
    })
  })
})

describe('faults', () => {
  test('of all files come at once, in one error with exit code 2', async () => {
    const loading = load(
      `${STORE.replace('type: files', 'fromat: canonical, type: files')}model: ./model.yaml\n${HUBSPOT}`,
      {
        'config/model.yaml': 'classes: {}\nstages: { inactive: { last_seen_day: 1 } }\n',
        'mappings/hubspot.yaml': MAPPING.replace('from: stage', 'from: stge'),
      },
    )
    await expect(loading).rejects.toThrow(ConfigError)
    await expect(loading).rejects.toMatchObject({ exitCode: EXIT.usage })
    expect(await problemsOf(loading)).toEqual([
      {
        file: 'oql.yaml',
        line: 4,
        key: 'store.sources[0].fromat',
        message: 'unknown key',
        nearest: 'format',
      },
      { file: 'hubspot.yaml', line: 4, key: 'fields[0].from', message: 'unknown value', nearest: 'stage' },
      {
        file: 'model.yaml',
        line: 2,
        key: 'stages.inactive.last_seen_day',
        message: 'unknown name in a condition',
        nearest: 'last_seen_days',
      },
      { file: 'model.yaml', line: 2, key: 'stages.ongoing_usage', message: 'missing' },
      { file: 'model.yaml', line: 2, key: 'stages.experimentation', message: 'missing' },
      { file: 'model.yaml', line: 2, key: 'stages.investigation', message: 'missing' },
    ])
  })

  test('read as file, line, key, what is wrong and what may be meant', async () => {
    const loading = load(STORE.replace('type: files', 'fromat: canonical, type: files'))
    await expect(loading).rejects.toThrow(
      /config\/oql\.yaml:4 store\.sources\[0\]\.fromat: unknown key; did you mean "format"\?$/,
    )
  })

  test.each([
    ['the file itself', 'store:\n  sources: [{ name: a, type: files, path: x }]\n', ['oql.yaml:1 version']],
    ['an empty file', '# nothing\n', ['oql.yaml:1 version', 'oql.yaml:1 store']],
    ['a block', 'version: 1\n\nstore:\n  engine: duckdb\n', ['oql.yaml:3 store.sources']],
    [
      'an item of a list',
      'version: 1\nstore:\n  sources:\n    - { name: a, type: files, path: x }\n    - name: b\n      path: y\n',
      ['oql.yaml:5 store.sources[1].type'],
    ],
    [
      'a connector',
      `${STORE}connectors:\n  a:\n    use: hubspot\n`,
      ['oql.yaml:6 connectors.a.mapping', 'oql.yaml:6 connectors.a.config'],
    ],
  ])('of a key that %s lacks stand where it is opened', async (_, oql, places) => {
    expect((await problemsOf(load(oql))).map(({ file, line, key }) => `${file}:${line} ${key}`)).toEqual(
      places,
    )
    expect((await problemsOf(load(oql))).every(({ message }) => message === 'missing')).toBe(true)
  })

  test.each([
    [
      'two sources of one name',
      'sources:',
      'sources:\n    - { name: scarf, type: files, path: y }',
      'store.sources[1].name',
    ],
    [
      'a table for duckdb',
      'type: files, path: "../data/*.csv"',
      'type: table, table: t',
      'store.sources[0].type',
    ],
    ['an address for duckdb', 'store:', 'store:\n  url: "postgres://x/y"', 'store.url'],
    [
      'a trino without an address',
      STORE.slice('version: 1\n'.length),
      'store: { engine: trino, sources: [{ name: a, type: table, table: t }] }\n',
      'store.url',
    ],
    ['a type of source that does not exist', 'type: files', 'type: fils', 'store.sources[0].type'],
    [
      'a column that signals lack',
      'type: files',
      'type: files, columns: { occured_at: x }',
      'store.sources[0].columns.occured_at',
    ],
    ['a kind that signals lack', 'type: files', 'type: files, types: { a: viw }', 'store.sources[0].types.a'],
    [
      'a default kind that signals lack',
      'type: files',
      'type: files, defaults: { kind: viw }',
      'store.sources[0].defaults.kind',
    ],
    [
      'a domain folded twice',
      'store:',
      'store:\n  aliases: { a.com: [x.com], b.com: [x.com] }',
      'store.aliases.b.com[0]',
    ],
    [
      'a folded account',
      'store:',
      'store:\n  aliases: { a.com: [b.com], b.com: [x.com] }',
      'store.aliases.a.com[0]',
    ],
    ...['sub.b.com', 'www.b.com', 'https://b.com/', 'B.COM', 'b.com.'].map(
      (spelled): [string, string, string, string] => [
        `a folded account, spelled ${spelled}`,
        'store:',
        `store:\n  aliases: { a.com: [x.com, "${spelled}"], b.com: [c.com] }`,
        'store.aliases.a.com[1]',
      ],
    ),
    [
      'a folded account that is spelled otherwise where it stands',
      'store:',
      'store:\n  aliases: { a.com: [b.com], www.b.com: [c.com] }',
      'store.aliases.a.com[0]',
    ],
    [
      'a domain folded twice in two spellings',
      'store:',
      'store:\n  aliases: { a.com: [x.com], b.com: [www.x.com] }',
      'store.aliases.b.com[0]',
    ],
    [
      'an account that stands twice in two spellings',
      'store:',
      'store:\n  aliases: { a.com: [x.com], www.a.com: [y.com] }',
      'store.aliases.www.a.com',
    ],
    [
      'an account folded into itself',
      'store:',
      'store:\n  aliases: { a.com: [www.a.com] }',
      'store.aliases.a.com[0]',
    ],
    ['an account that is no company', 'store:', 'store:\n  aliases: { acme: [a.com] }', 'store.aliases.acme'],
    [
      'a folded name that is no company',
      'store:',
      'store:\n  aliases: { a.com: [localhost] }',
      'store.aliases.a.com[0]',
    ],
    ['a size without a unit', 'store:', 'store:\n  memory_limit: 2048', 'store.memory_limit'],
    ['all rows bad', 'store:', 'store:\n  max_bad_rows: 100%', 'store.max_bad_rows'],
    ['a version to come', 'version: 1', 'version: 2', 'version'],
    ['a state elsewhere', 'version: 1', 'version: 1\nstate: { url: "mysql://x" }', 'state.url'],
    ['a cron of nonsense', 'version: 1', 'version: 1\nschedule: { cron: "61 * * * *" }', 'schedule.cron'],
    [
      'a time zone of nonsense',
      'version: 1',
      'version: 1\nschedule: { timezone: Mars/Base }',
      'schedule.timezone',
    ],
    ['a time without a unit', 'version: 1', 'version: 1\nguard: { max_staleness: 3 }', 'guard.max_staleness'],
    [
      'a share above all',
      'version: 1',
      'version: 1\nguard: { max_stage_moves: 120% }',
      'guard.max_stage_moves',
    ],
    [
      'a segment in a segment',
      'version: 1',
      'version: 1\nsegments: { a: { segment: b }, b: {} }',
      'segments.a.segment',
    ],
    [
      'two channels of one name',
      'version: 1',
      'version: 1\nnotify: [{ name: a, use: webhook, url: "https://x.de" }, { name: a, use: slack, url: "https://x.de" }]',
      'notify[1].name',
    ],
    [
      'a channel after no connector',
      'version: 1',
      'version: 1\nnotify: [{ name: a, use: slack, url: "https://x.de", after: hubspot }]',
      'notify[0].after',
    ],
    [
      'a channel without TLS',
      'version: 1',
      'version: 1\nnotify: [{ name: a, use: slack, url: "http://x.de" }]',
      'notify[0].url',
    ],
    ...[
      'whsec_',
      'whsec_c2hvcnQ=',
      'whsec_not base64 at all, however long',
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS',
      `whsec_${'A'.repeat(88)}`,
      'as-short-as-a-word',
    ].map(secret => [
      `a webhook's secret such as ${secret}`,
      'version: 1',
      `version: 1\nnotify: [{ name: a, use: webhook, url: "https://x.de", secret: "${secret}" }]`,
      'notify[0].secret',
    ]),
    [
      'a direction of risk changes',
      'version: 1',
      'version: 1\nnotify: [{ name: a, use: slack, url: "https://x.de", on: risk, when: { direction: up } }]',
      'notify[0].when.direction',
    ],
    [
      'a connector without a mapping file',
      'version: 1',
      'version: 1\nconnectors: { a: { use: hubspot, mapping: gone.yaml, config: {} } }',
      'connectors.a.mapping',
    ],
    ['a model without a file', 'version: 1', 'version: 1\nmodel: gone.yaml', 'model'],
  ])('%s is one', async (_, from, to, key) => {
    expect((await problemsOf(load(STORE.replace(from, to)))).map(problem => problem.key)).toEqual([key])
  })

  test('of a secret say what is wanted and never the secret', async () => {
    const [problem] = await problemsOf(
      load(
        STORE.replace(
          'version: 1',
          'version: 1\nnotify: [{ name: a, use: webhook, url: "https://x.de", secret: "whsec_c2hvcnQ=" }]',
        ),
      ),
    )
    expect(problem?.message).toMatch(/24 to 64 bytes.*openssl rand -base64 32.*these are 5/)
    expect(JSON.stringify(problem)).not.toContain('c2hvcnQ')
  })

  test.each([
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    `whsec_${Buffer.alloc(64).toString('base64')}`,
    `whsec_${Buffer.alloc(32).toString('base64')}`,
    'twenty-four characters -',
  ])('of a secret are none where it is long enough: %s', async secret => {
    const notify = `notify: [{ name: a, use: webhook, url: "https://x.de", secret: "${secret}" }]`
    expect((await load(STORE.replace('version: 1', `version: 1\n${notify}`))).notify).toMatchObject([
      { secret },
    ])
  })

  test('of a file that is not there name it', async () => {
    const loading = loadConfig('/no/such/oql.yaml', {})
    await expect(loading).rejects.toThrow('/no/such/oql.yaml:1 cannot be read: no such file')
  })
})

test.each([
  ['pg_oql', 'must not begin with pg_: PostgreSQL keeps such names for itself'],
  ['"  "', 'must not be empty'],
  ['""', 'must not be empty'],
  [`"${'ü'.repeat(32)}"`, 'must have at most 63 bytes: PostgreSQL cuts longer names'],
])('state.schema: %s is a fault of its line', async (written, message) => {
  const text = `${STORE}state:
  url: postgres://db/oql
  schema: ${written}
`
  expect(await problemsOf(load(text))).toEqual([
    expect.objectContaining({ line: 7, key: 'state.schema', message }),
  ])
})
