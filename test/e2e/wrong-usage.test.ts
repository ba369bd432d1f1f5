import { rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { AS_OF, newPlace } from './place.ts'

/** Usage and config errors: exit 2, told on stderr, nothing on stdout though --json is asked for. */
test.each([
  [['sync', '--jsn'], "unknown option '--jsn'"],
  [['snyc'], "unknown command 'snyc'"],
  [['explain'], "missing required argument 'domain'"],
  [['score', '--stage', 'interst', '--json'], 'Allowed choices'],
  [['score', '--top', '0', '--json'], 'whole number from 1'],
  [['score', '--segment', 'big', '--json'], 'no segment is called big'],
  [['score', '--json', '--format', 'csv'], 'exclude each other'],
  [['sync', '--as-of', 'yesterday', '--json'], 'a date (2026-11-24)'],
  [['sync', '--as-of', '2999-01-01', '--json'], 'in the future'],
  [['sync', '--config', 'other.yaml', '--json'], 'oql init'],
  [['setup', 'hubspt', '--json'], 'Did you mean hubspot?'],
  [['links', 'add', 'hubspot', 'gmail.com', '1', '--json'], 'free mail'],
  [['rejections', 'retry', '--json'], 'either keys or --all'],
  [['rejections', 'dismiss', 'hubspot/nobody.com', '--json'], 'hubspot/nobody.com'],
  [['runs', 'show', 'nonsense', '--json'], 'oql runs lists them'],
  [['revert', 'nonsense', '--json'], 'no run is called nonsense'],
  [['revert', 'last', '--yes', '--json'], 'there is no run yet'],
  [['plan', '--model', 'none.yaml', '--json'], 'none.yaml'],
  [['serve', '--as-of', AS_OF], 'runs at the present'],
])('oql %j', async (args, told) => {
  const place = await newPlace()
  const { code, stdout, stderr } = await place.oql(...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(told)
  expect(stderr).not.toContain('    at ')
})

test('faults of all config files are told at once, with file, line and nearest key', async () => {
  const place = await newPlace()
  await place.change('config/oql.yaml', 'store:', 'sotre: {}\nstore:')
  await place.change('config/oql.yaml', '# model: ./model.yaml', 'model: ./model.yaml').catch(() => undefined)
  await place.change('config/oql.yaml', 'base_url:', 'base_ulr:')
  await place.change('config/model.yaml', 'name: default', 'nmae: default')
  await place.change(
    'mappings/hubspot.yaml',
    '- { from: stage, to: oql_stage }',
    '- { from: stge, to: oql_stage }',
  )
  const { code, stdout, stderr } = await place.oql('sync', '--json')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/config\/oql\.yaml:\d+ sotre: unknown key; did you mean "store"\?/)
  expect(stderr).toMatch(
    /config\/oql\.yaml:\d+ connectors\.hubspot\.config\.base_ulr: unknown key; did you mean "base_url"\?/,
  )
  expect(stderr).toMatch(/config\/model\.yaml:\d+ nmae: unknown key; did you mean "name"\?/)
  expect(stderr).toMatch(
    /mappings\/hubspot\.yaml:\d+ fields\[0\]\.from: unknown value; did you mean "stage"\?/,
  )
})

test('a connector that is not installed is told with the other faults, at the line that names it', async () => {
  const place = await newPlace()
  await place.change('config/oql.yaml', 'store:', 'sotre: {}\nstore:')
  await place.change('config/oql.yaml', 'use: hubspot', 'use: oql-no-such-crm')
  const { code, stderr } = await place.oql('sync')
  expect(code).toBe(2)
  expect(stderr).toMatch(/config\/oql\.yaml:\d+ sotre: unknown key/)
  expect(stderr).toMatch(/config\/oql\.yaml:\d+ connectors\.hubspot\.use: .*npm install oql-no-such-crm/)
})

test('a fault in a connector’s own config stops every command before anything is read', async () => {
  const place = await newPlace()
  await place.change('config/oql.yaml', 'base_url:', 'base_ulr:')
  await rm(path.join(place.directory, 'data'), { recursive: true })
  const { code, stderr } = await place.oql('sync')
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /config\/oql\.yaml:\d+ connectors\.hubspot\.config\.base_ulr: unknown key; did you mean "base_url"\?/,
  )
  expect(place.sandbox.control.counters().total).toBe(0)
})

test('a translation that lacks an option is told by check, and sync refuses the connector', async () => {
  const place = await newPlace()
  await place.oql('setup', 'hubspot')
  await place.change(
    'mappings/hubspot.yaml',
    '{ from: stage, to: oql_stage }',
    '{ from: stage, to: oql_stage, values: { ongoing_usage: ongoing_usage } }',
  )
  const check = await place.oql('check', '--json')
  expect(check.code).toBe(1)
  expect(JSON.parse(check.stdout).problems).toEqual([
    expect.objectContaining({ code: 'missing_translation', where: 'connectors.hubspot' }),
  ])
  expect((await place.oql('sync', '--as-of', AS_OF)).code).toBe(1)
  expect(place.sandbox.control.counters().byCall).not.toHaveProperty(
    'POST /crm/objects/2026-09/companies/batch/update',
  )
})

test('check lists what is wrong with sources, state and CRM, all at once', async () => {
  const place = await newPlace()
  await place.change(
    'config/oql.yaml',
    'path: "../data/*.csv" }',
    'path: "../data/*.csv" }\n    - { name: gone, type: files, format: canonical, path: "../gone/*.csv" }',
  )
  await place.write('data/signals.csv', 'time,what\n2025-06-01,x\n')
  await place.write(
    '.oql/state.db',
    'this is no database, but a text that is long enough to be taken for one'.repeat(20),
  )
  await place.change('config/oql.yaml', `"\${HUBSPOT_TOKEN:-pat-na1-sandbox-0000-0000}"`, 'not-the-token')
  const { code, stdout, stderr } = await place.oql('check', '--json')
  expect(code).toBe(1)
  const { problems, connectors } = JSON.parse(stdout)
  expect(problems.map(({ where, code: what }: { where: string; code: string }) => [where, what])).toEqual([
    ['store.sources.own', 'source_unreadable'],
    ['store.sources.gone', 'source_unreadable'],
    ['state', 'state_unreadable'],
    ['connectors.hubspot', 'auth'],
  ])
  for (const { hint } of problems) expect(hint).toBeTruthy()
  expect(connectors).toEqual({ hubspot: { identity: null } })
  expect(stderr + stdout).not.toContain('not-the-token')
})

test('a time before the last run’s is refused by sync and score', async () => {
  const place = await newPlace()
  await place.oql('setup', 'hubspot')
  expect((await place.oql('sync', '--as-of', AS_OF)).code).toBe(0)
  for (const command of ['sync', 'score', 'plan']) {
    const { code, stderr } = await place.oql(command, '--as-of', '2025-06-01')
    expect(code).toBe(2)
    expect(stderr).toContain('before the last run')
  }
})
