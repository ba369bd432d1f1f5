import { expect, test } from 'vitest'
import { AS_OF, newPlace, TOKEN } from './place.ts'

test('the token is in no output of any command, nor in the state', async () => {
  const place = await newPlace()
  await place.write('config/oql.yaml', `${await place.read('config/oql.yaml')}\nlog: { level: trace }\n`)
  await place.oql('setup', 'hubspot')
  const { control } = place.sandbox
  // A CRM that repeats what it was sent, and one that answers with a page.
  control.fault({ trouble: { kind: 'html_502', at: 'before_commit' }, kind: 'read', times: 1 })
  control.poison(({ properties }) => properties.oql_domain === 'gamma.dev')
  const commands = [
    ['check'],
    ['plan', '--as-of', AS_OF],
    ['sync', '--as-of', AS_OF],
    ['rejections'],
    ['links', 'add', 'hubspot', 'acme.com', TOKEN],
    ['explain', TOKEN, '--as-of', AS_OF],
  ]
  for (const command of commands) {
    const { stdout, stderr } = await place.oql(...command)
    expect(stdout + stderr, command.join(' ')).not.toContain(TOKEN)
  }
  expect(await place.read('.oql/state.db')).not.toContain(TOKEN)
})

test.each([
  ['a slash', '4213/hunter2x'],
  ['a slash and an @', '4213/hunt@er2x'],
  ['an @ before a slash', 'xhu@nter/4213x'],
  ['a #', '4213#hunter2x'],
  ['a ?', '4213?hunter2x'],
])(
  'a password of PostgreSQL with %s that is not percent-encoded is shown by no command, log or door',
  async (_how, password) => {
    const place = await newPlace()
    const config = await place.read('config/oql.yaml')
    const url = `postgres://oql:${password}@127.0.0.1:1/oql`
    const state = `state: { url: "${url}" }\nserve: { port: 0 }\nlog: { level: trace }`
    await place.write('config/oql.yaml', config.replace(/^state: .*$/m, state))
    const shown: string[] = []
    for (const [wanted, ...command] of [
      [1, 'check'],
      [2, 'sync', '--as-of', AS_OF],
      [2, 'runs', '--json'],
    ] as const) {
      const { code, stdout, stderr } = await place.oql(...command)
      expect([command, code]).toEqual([command, wanted])
      expect(stdout + stderr).toContain('/ is %2F')
      shown.push(stdout, stderr)
    }
    const { child, ended } = place.start('serve')
    const port = await new Promise<string>((resolve, reject) => {
      let log = ''
      child.stderr?.on('data', chunk => {
        log += String(chunk)
        const found = /"port":(\d+),"msg":"serving"/.exec(log)?.[1]
        if (found !== undefined) resolve(found)
      })
      child.once('close', () => reject(new Error(`it does not serve:\n${log}`)))
    })
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not ready', reason: 'the state can not be read' },
    ])
    child.kill('SIGTERM')
    const { stdout, stderr } = await ended
    shown.push(stdout, stderr)
    for (const part of password.split(/[/@#?]/)) expect(shown.join('\n')).not.toContain(part)
  },
)

test('secrets as short as a word leave words and JSON whole, go where they are a whole value, and check tells of them', async () => {
  const place = await newPlace()
  const config = await place.read('config/oql.yaml')
  const channel = 'name: hook, use: webhook, url: "https://ann:DE@example.com/"'
  await place.write(
    'config/oql.yaml',
    `${config}\nserve: { token: "null" }\nnotify: [{ ${channel} }]\nlog: { level: trace }\n`,
  )
  await place.json('setup', 'hubspot')
  const report = await place.json<{ asOf: string }>('sync', '--as-of', AS_OF)
  expect(report).toMatchObject({ status: 'ok', asOf: `${AS_OF}T00:00:00Z` })
  const { accounts } = await place.json<{ accounts: Record<string, unknown>[] }>('score', '--as-of', AS_OF)
  expect(accounts[0]).toMatchObject({ risk: null })
  const text = await place.oql('score', '--as-of', AS_OF, '--format', 'csv')
  expect(text.stdout).not.toContain('[secret]')
  const { warnings } = await place.json<{ warnings: { where: string; code: string }[] }>('check')
  expect(warnings.filter(({ code }) => code === 'short_secret').map(({ where }) => where)).toEqual([
    expect.stringMatching(/^config\/oql\.yaml:\d+ serve\.token$/),
    expect.stringMatching(/^config\/oql\.yaml:\d+ notify\[0\]\.url$/),
  ])
})
