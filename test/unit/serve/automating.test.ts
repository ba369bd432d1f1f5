import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../../src/config/load-config.ts'
import { signerOf } from '../../../src/workflow/webhook-signature.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const page = () => readFile(path.join(ROOT, 'docs/automating.md'), 'utf8')
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** The blocks of a language, in their order. */
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  )

async function folder(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'oql-docs-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('it listened on a port')
  return address.port
}

test('the receiver on the page takes what we sign, once, and nothing else', async () => {
  const directory = await folder()
  const [code = ''] = blocks(await page(), 'js')
  await writeFile(path.join(directory, 'receiver.mjs'), code)
  await symlink(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'))
  const port = await freePort()
  const child = spawn(process.execPath, ['receiver.mjs'], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOOK_SECRET: SECRET, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', line => lines.push(line))

  const body = JSON.stringify(JSON.parse(blocks(await page(), 'json')[0] ?? ''))
  const send = async (id: string, at: Date, signed: string) => {
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signerOf(SECRET)(id, at, signed),
    }
    return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, headers })).status
  }
  const now = new Date()
  await expect.poll(() => send('notice-1', now, body).catch(() => 0), { timeout: 8_000 }).toBe(204)
  expect(await send('notice-1', now, body)).toBe(204)
  expect(await send('notice-2', now, `${body} `)).toBe(401)
  expect(await send('notice-3', new Date(now.getTime() - 3_600_000), body)).toBe(401)
  expect(lines.join('')).toBe('oql.stage_changed acme.com experimentation → ongoing_usage\n')
})

test('the body on the page is one that the published schema describes', async () => {
  const body = JSON.parse(blocks(await page(), 'json')[0] ?? '')
  const schema = JSON.parse(await readFile(path.join(ROOT, 'config/schemas/webhook.v1.json'), 'utf8'))
  const [stageChanged] = schema.oneOf
  expect(Object.keys(body)).toEqual(Object.keys(stageChanged.properties))
  expect(Object.keys(body.data).toSorted()).toEqual(
    Object.keys(stageChanged.properties.data.properties).toSorted(),
  )
})

test('the mapping and the channels on the page are right', async () => {
  const [actions = '', ...channels] = blocks(await page(), 'yaml')
  const directory = await folder()
  await mkdir(path.join(directory, 'config'))
  const mapping = await readFile(path.join(ROOT, 'mappings/hubspot.yaml'), 'utf8')
  await writeFile(path.join(directory, 'config/hubspot.yaml'), `${mapping}\n${actions}`)
  const notify = channels.flatMap(one => parse(one).notify)
  const config = {
    version: 1,
    store: { sources: [{ name: 'own', type: 'files', format: 'canonical', path: './signals.csv' }] },
    connectors: {
      hubspot: {
        use: 'hubspot',
        mapping: './hubspot.yaml',
        config: { token: 'x', base_url: 'https://api.hubapi.com' },
      },
    },
    notify,
  }
  await writeFile(path.join(directory, 'config/oql.yaml'), JSON.stringify(config))
  const loaded = await loadConfig(path.join(directory, 'config/oql.yaml'), {
    HOOK_SECRET: SECRET,
    SLACK_URL: 'https://hooks.slack.com/services/T/B/x',
  })
  expect(loaded.notify.map(({ name }) => name)).toEqual(['hook', 'sales'])
  expect(loaded.connectors.hubspot?.mapping).toMatchObject({
    onStageChange: [{ type: 'task' }, { type: 'note' }],
    onRiskChange: [{ type: 'task' }],
  })
})

test('the fields that the recipes name are those that the shipped mappings write', async () => {
  const text = await page()
  for (const crm of ['hubspot', 'salesforce']) {
    const mapping = parse(await readFile(path.join(ROOT, `mappings/${crm}.yaml`), 'utf8'))
    const written: string[] = mapping.fields.map(({ to }: { to: string }) => to)
    const named =
      text.match(crm === 'hubspot' ? /\boql_[a-z_]+\b/g : /\bOQL_(?!Domain)[A-Za-z_]+__c\b/g) ?? []
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter(name => !written.includes(name))).toEqual([])
  }
})
