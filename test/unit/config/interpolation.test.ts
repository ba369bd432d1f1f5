import { expect, test } from 'vitest'
import { HUBSPOT, load, MAPPING, problemsOf, STORE } from './config-folder.ts'

const withConfig = (config: string) => STORE + HUBSPOT.replace('config: {}', `config: ${config}`)
const FILES = { 'mappings/hubspot.yaml': MAPPING }

test('variables, defaults and files are put in', async () => {
  const text = withConfig(`{ a: "\${A}-\${B:-b}", c: "\${EMPTY:-c}", d: "\${D:-}", e: "\${file:key.pem}" }`)
  const config = await load(text, { ...FILES, 'config/key.pem': 'line 1\nline 2\n' }, { A: 'a', EMPTY: '' })
  expect(config.connectors.hubspot?.config).toEqual({ a: 'a-b', c: 'c', d: '', e: 'line 1\nline 2' })
})

test('a text from the environment is a number or a boolean where one is wanted', async () => {
  const text = `${STORE}  exclude: { bots: "\${BOTS}", min_confidence: "\${CONFIDENCE}" }\nserve: { port: "\${PORT:-9000}" }\n`
  const config = await load(text, {}, { BOTS: 'false', CONFIDENCE: '0.25' })
  expect(config.store.exclude).toMatchObject({ bots: false, minConfidence: 0.25 })
  expect(config.serve.port).toBe(9000)
})

test('what is missing is named by key, line and variable, and told once', async () => {
  const text = withConfig(
    `\n      { a: "\${GONE}", b: "\${file:gone.pem}", c: "\${EMPTY}", d: "\${not a name}" }`,
  ).replace('{ use: hubspot, mapping', `{ use: "\${USE}", mapping`)
  const problems = await problemsOf(load(text, FILES, { EMPTY: '' }))
  expect(problems.map(({ line, key, message }) => `${line} ${key}: ${message}`)).toEqual([
    '6 connectors.hubspot.use: the environment variable USE is not set',
    '7 connectors.hubspot.config.a: the environment variable GONE is not set',
    '7 connectors.hubspot.config.b: cannot read the file gone.pem: no such file',
    '7 connectors.hubspot.config.c: the environment variable EMPTY is not set',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the message has it
    '7 connectors.hubspot.config.d: not a reference: write ${NAME}, ${NAME:-default} or ${file:PATH}',
  ])
})

test('no fault shows what came from the environment', async () => {
  const text = `${STORE}segments: { a: { stage: "\${V}", score: "\${V}", country: ["\${V}", ">= \${V}"], points: ">= \${V}", uses_30: "\${W}" } }
log: { level: "\${V}" }
serve: { port: "\${V}", url: "\${V}" }
notify: [{ name: "\${V}", use: "\${V}", url: "\${V}", after: "\${V}" }]
`
  const problems = await problemsOf(load(text, {}, { V: 'hunter2-secret', W: ' >= hunter2 ' }))
  expect(problems.length).toBeGreaterThan(6)
  expect(JSON.stringify(problems)).not.toContain('hunter2')
})

test('secrets are found by key, by variable, in files and in addresses, and defaults are none', async () => {
  const config = await load(
    `version: 1
store:
  engine: postgres
  url: "postgres://reader:p%40ss-word@db/signals"
  sources: [{ name: a, type: table, table: t }]
connectors:
  hubspot:
    use: hubspot
    mapping: ../mappings/hubspot.yaml
    config:
      token: literal-token
      auth: { client_id: public-id, client_secret: "\${CLIENT}", private_key: "\${file:key.pem}" }
      other: "\${SOME_TOKEN}"
      base_url: "\${BASE_URL}"
      password: "\${PASSWORD:-changeme}"
notify: [{ name: s, use: slack, url: "https://hooks.slack.com/services/T/B/x" }]
`,
    { ...FILES, 'config/key.pem': 'line 1\nline 2\n' },
    { CLIENT: 'client-secret', SOME_TOKEN: 'some-token', BASE_URL: 'https://api.example.com' },
  )
  expect(config.secrets.toSorted()).toEqual(
    [
      'p%40ss-word',
      'p@ss-word',
      'literal-token',
      'client-secret',
      'line 1\nline 2',
      'some-token',
      'https://hooks.slack.com/services/T/B/x',
    ].toSorted(),
  )
})
