import { pino } from 'pino'
import { expect, test } from 'vitest'
import salesforce from '../../connectors/salesforce/index.ts'
import { parseConnectorConfig } from '../../src/config/connector-config.ts'
import { shippedFile } from '../../src/config/init/shipped.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Call } from '../../src/contract/index.ts'
import { newPlace } from './place.ts'

test('the demo tells the whole way into both CRMs, and the second start writes nothing', async () => {
  const place = await newPlace()
  const own = await place.oql('demo', '--config', 'config/oql.yaml')
  expect(own.code).toBe(2)
  expect(own.stderr).toContain('this one is yours')

  expect((await place.oql('init', 'demo', '--crm', 'both')).code).toBe(0)
  const first = await place.oql('demo', '--config', 'demo/config/oql.yaml')
  expect({ code: first.code, errors: first.stderr.includes('oql:') }).toEqual({ code: 0, errors: false })
  expect(first.stdout).toContain('SYNTHETIC')
  expect(first.stdout).toMatch(/Top leads\n.*\n.*Ongoing Usage/)
  expect(first.stdout).toMatch(/Stage changes\n/)
  expect(first.stdout).toMatch(/as HubSpot shows it \(companies \d+\)\n.*\noql_stage /)
  expect(first.stdout).toMatch(/as Salesforce shows it \(Account 001\w{15}\)\n.*\nOQL_Stage__c /)
  expect(first.stdout).toMatch(/explain \S+-example\.\S+/)
  expect(first.stdout).toMatch(/The same sync once more.*\nHubSpot .* 0 writes\nSalesforce .* 0 writes\n/)

  const second = await place.oql('demo', '--config', 'demo/config/oql.yaml')
  expect(second.code).toBe(0)
  expect(second.stdout).not.toContain('A first sync')
  expect(second.stdout.match(/API calls: \d+ reads?, 0 writes/g)).toHaveLength(4)

  // None of it went to the CRM that the environment names.
  expect(place.sandbox.control.counters().total).toBe(0)
})

test('the demo of a config with one CRM is of that one', async () => {
  const place = await newPlace()
  expect((await place.oql('init', 'demo', '--crm', 'salesforce')).code).toBe(0)
  const demo = await place.oql('demo', '--config', 'demo/config/oql.yaml')
  expect(demo.code).toBe(0)
  expect(demo.stdout).toContain('as Salesforce shows it')
  expect(demo.stdout).not.toContain('HubSpot')
})

test('oql sandbox salesforce names the variables that lead the shipped config to it', async () => {
  const place = await newPlace()
  const run = place.start('sandbox', 'salesforce', '--port', '0', '--companies', '3', '--json')
  const { url, env } = await new Promise<{ url: string; env: Record<string, string> }>(resolve =>
    run.child.stdout?.once('data', (text: Buffer) => resolve(JSON.parse(text.toString()))),
  )
  const { connectors } = await loadConfig(shippedFile('config/oql.yaml'), env)
  expect(connectors.salesforce?.config.login_url).toBe(url)
  const entry = connectors.salesforce
  if (entry === undefined) throw new Error('the shipped config has no salesforce')
  const session = await salesforce.open(parseConnectorConfig(entry, salesforce.config), {
    log: pino({ level: 'silent' }),
    now: () => new Date(),
    secret: () => undefined,
  })
  const { signal } = new AbortController()
  const call: Call = { signal, request: (_, send) => send(signal) }
  const { identity } = await session.check({ object: 'Account', creates: false, owners: [] }, call)
  expect(identity).toContain('integration@sandbox.example')
  run.child.kill('SIGINT')
  expect((await run.ended).code).toBe(0)
})

test('oql sandbox is there until it is stopped', async () => {
  const place = await newPlace()
  const run = place.start('sandbox', '--port', '0', '--companies', '3', '--json')
  const { url, env } = await new Promise<{ url: string; env: Record<string, string> }>(resolve =>
    run.child.stdout?.once('data', (text: Buffer) => resolve(JSON.parse(text.toString()))),
  )
  const answer = await fetch(`${url}/crm/objects/2026-09/companies?limit=100`, {
    headers: { authorization: `Bearer ${env.HUBSPOT_TOKEN}` },
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ results: { length: 3 } })
  expect(env.HUBSPOT_BASE_URL).toBe(url)
  run.child.kill('SIGINT')
  expect((await run.ended).code).toBe(0)
})

test('oql sample writes what it says, the same for the same seed', async () => {
  const place = await newPlace()
  const args = [
    '--accounts',
    '12',
    '--signals',
    '500',
    '--days',
    '30',
    '--until',
    '2025-06-01',
    '--format',
    'csv',
  ]
  const written = await place.json('sample', 'out', ...args)
  expect(written).toMatchObject({ synthetic: true, rows: 500, accounts: 12 })
  expect((await place.oql('sample', 'out', ...args)).stdout).toContain('SYNTHETIC')
  const foreign = await place.oql('sample', 'data', ...args)
  expect({ code: foreign.code === 0, stdout: foreign.stdout }).toEqual({ code: false, stdout: '' })
})
