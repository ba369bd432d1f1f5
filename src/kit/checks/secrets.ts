import { inspect } from 'node:util'
import type { Session } from '../../contract/index.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import { useEverything } from '../round.ts'
import type { Stage } from '../stage.ts'

const noSecret: Check = {
  id: 'no-secret',
  promise: 'no secret stands in a log line, an error or a result',
  per: 'object',
  async run(stage) {
    const { crm, relay, must } = stage
    const said: unknown[] = []
    const session = await stage.open()
    said.push(...(await useEverything(stage, session, stage.hook())))
    for (const how of ['html_502', 'garbage', 'reset', 'echo'] as const) {
      relay.strike({ how, carried: false })
      said.push(...(await failing(stage, session)))
      relay.calm()
    }
    relay.revoke()
    said.push(...(await failing(stage, session)))
    const texts = [...said.map(one => inspect(one, { depth: 12 })), ...stage.log]
    const secrets = [...crm.secrets, ...relay.credentials()]
    secrets.forEach((secret, index) => {
      const shown = texts.find(text => text.includes(secret) || text.includes(encodeURIComponent(secret)))
      // Not the text itself: it would stand in the test's report.
      must(shown === undefined, `secret ${index + 1} of ${secrets.length} is shown`)
    })
  },
}

const toldSecrets: Check = {
  id: 'told-secrets',
  promise: 'whatever lets a request in is a secret of the config, or was told to `tools.secret`',
  per: 'object',
  async run(stage) {
    const { crm, relay, told, must } = stage
    await useEverything(stage, await stage.open(), stage.hook())
    const known = new Set([...crm.secrets, ...told])
    const untold = [...relay.credentials()].filter(credential => !known.has(credential))
    // Not the text itself: it would stand in the test's report.
    must(untold.length === 0, `${untold.length} of what let requests in was not told`)
  },
}

/** What comes of a session in trouble. */
async function failing(stage: Stage, session: Session): Promise<unknown[]> {
  const { object, note } = stage.subject
  const ids = await stage.insert({})
  const [changes = []] = await change.everyWay(stage, 2, 'troubled')
  const caught = (error: unknown) => error
  return [
    await stage.read(session, { object, ids }, [note]).catch(caught),
    await session.write(changes, stage.hook()).catch(caught),
    await session.check({ object, creates: false, owners: [] }, stage.hook()).catch(caught),
  ]
}

export const SECRETS: readonly Check[] = [noSecret, toldSecrets]
