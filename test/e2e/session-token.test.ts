import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createSalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts')
const QUOTED = 'whatever-let-you-in'

/** Passes everything on, and puts what let a request in wherever the answer names it. */
async function quoting(upstream: string) {
  const tokens = new Set<string>()
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const { host: _, 'content-length': __, ...headers } = request.headers
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    if (token !== undefined) tokens.add(token)
    const answer = await fetch(upstream + request.url, {
      method: request.method ?? 'GET',
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    })
    const said = (await answer.text()).replaceAll(upstream, url).replaceAll(QUOTED, token ?? '')
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(said)
  }
  const server = createServer((request, response) => void pass(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return { url, tokens }
}

async function projectAt(
  login_url: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-token-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(
    path.join(folder, 'oql.yaml'),
    `version: 1
store: { sources: [{ name: signals, type: files, format: canonical, path: "*.csv" }] }
data: data
connectors:
  salesforce:
    use: salesforce
    mapping: salesforce.yaml
    config:
      login_url: ${login_url}
      auth: { type: client_credentials, client_id: ${clientId}, client_secret: ${clientSecret} }
log: { level: trace }
`,
  )
  await writeFile(
    path.join(folder, 'salesforce.yaml'),
    `object: Account
match: { by: Website }
create: { when: {} }
fields:
  - { from: stage, to: OQL_Stage__c }
  - { from: name, to: Name, write: on_create }
  - { from: domain, to: Website, write: on_create }
`,
  )
  const row = (domain: string) =>
    `${domain},2025-05-20T10:00:00Z,download,pull,${domain},server,1.2.3,${domain}-1`
  await writeFile(
    path.join(folder, 'signals.csv'),
    [
      'id,occurred_at,kind,type,account_domain,artifact,version,actor_id',
      row('acme.com'),
      row('bad.com'),
      '',
    ].join('\n'),
  )
  const oql = async (...args: string[]) => {
    const child = spawn(process.execPath, [MAIN, ...args, '--config', 'oql.yaml'], {
      cwd: folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return stdout + stderr
  }
  const files = async () => {
    const names = (await readdir(path.join(folder, 'data'))).filter(name => name.startsWith('state.db'))
    return Promise.all(names.map(name => readFile(path.join(folder, 'data', name), 'latin1')))
  }
  return { oql, files }
}

test('a token that Salesforce gave and then quotes in its errors is shown nowhere and kept nowhere', async () => {
  const sandbox = await createSalesforceSandbox({ unlimited: true })
  onTestFinished(() => sandbox.close())
  const { url, tokens } = await quoting(sandbox.url)
  const { oql, files } = await projectAt(url, sandbox.credentials)
  const shown: string[] = [await oql('setup', 'salesforce')]
  sandbox.control.poison(
    ({ fields }) =>
      String(fields.Website ?? '').includes('bad.com') && {
        statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        message: `refused for session ${QUOTED}`,
        fields: [],
      },
  )
  for (const command of [
    ['sync', '--as-of', '2025-06-02', '--json'],
    ['rejections', '--json'],
    ['runs', 'show', 'last', '--json'],
    ['runs', '--json'],
    ['sync', '--as-of', '2025-06-02'],
  ]) {
    shown.push(await oql(...command))
  }
  expect(shown.join('\n')).toContain('refused for session [secret]')
  expect(tokens.size).toBeGreaterThan(3)
  const kept = await files()
  expect(kept.join('')).toContain('refused for session [secret]')
  for (const token of tokens) {
    expect(shown.join('\n').includes(token), 'shown').toBe(false)
    expect(kept.join('').includes(token), 'kept').toBe(false)
  }
})
