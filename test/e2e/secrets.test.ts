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
