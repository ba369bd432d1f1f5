import { expect, test } from 'vitest'
import type { AccountJson } from '../../src/run/accounts/account-json.ts'
import type { ExplanationJson } from '../../src/run/explain/explanation-json.ts'
import { AS_OF, newPlace } from './place.ts'

interface Scored {
  asOf: string
  model: { name: string; hash: string }
  accounts: AccountJson[]
}

const domains = ({ accounts }: Scored) => accounts.map(({ domain }) => domain)

test('score, its narrowings and formats, segments and explain agree with each other', async () => {
  const place = await newPlace()
  await place.change(
    'config/oql.yaml',
    '# segments:\n#   big: { country: [US, DE], signals_30: ">= 100" }',
    'segments: { users: { uses_90: ">= 1" }, none: { country: [FR] } }',
  )
  const score = (...args: string[]) => place.json<Scored>('score', '--as-of', AS_OF, ...args)

  const all = await score()
  expect(all).toMatchObject({ asOf: '2025-06-02T00:00:00Z', model: { name: 'default' } })
  expect(domains(all)).toEqual(['gamma.dev', 'acme.com', 'twins.com', 'beta.io'])
  expect(all.accounts[0]).toMatchObject({
    name: 'gamma',
    stage: 'ongoing_usage',
    calledStage: 'ongoing_usage',
    direction: 'first',
    stageSince: '2025-06-02T00:00:00Z',
    risk: null,
    trend: 'new',
    facts: { downloads_30: 30, high_30: 30, top_artifacts: ['enterprise'] },
  })

  expect(domains(await score('--top', '2'))).toEqual(['gamma.dev', 'acme.com'])
  expect(domains(await score('--stage', 'interest'))).toEqual(['beta.io'])
  expect(domains(await score('--segment', 'users'))).toEqual(['gamma.dev', 'acme.com', 'twins.com'])
  expect(domains(await score('--country', 'fr'))).toEqual([])
  expect(domains(await score('--since', '2025-05-30'))).toEqual(['gamma.dev', 'acme.com', 'twins.com'])
  const csv = await place.oql('score', '--as-of', AS_OF, '--format', 'csv')
  expect(csv.stdout.split('\n')[1]).toMatch(/^gamma\.dev,gamma,ongoing_usage,/)
  const table = await place.oql('score', '--as-of', AS_OF)
  expect(table.stdout).toContain('Ongoing Usage')
  expect(table.stdout).not.toContain('\u001B')

  expect(await place.json('segments', '--as-of', AS_OF)).toEqual({
    segments: [
      { name: 'users', accounts: 3 },
      { name: 'none', accounts: 0 },
    ],
  })

  const explained = await place.json<ExplanationJson>('explain', 'https://www.acme.com/', '--as-of', AS_OF)
  expect(explained.account).toEqual(all.accounts[1])
  expect((await place.oql('explain', 'acme.com', '--as-of', AS_OF)).stdout).toContain('Missing')
  const unknown = await place.oql('explain', 'acne.com', '--as-of', AS_OF)
  expect(unknown).toMatchObject({ code: 2, stdout: '' })
  expect(unknown.stderr).toContain('acme.com')

  // It changed nothing: nothing is remembered.
  expect(await place.json('runs')).toEqual({ runs: [] })
})

test('what if: another model, who would move, and nothing written', async () => {
  const place = await newPlace()
  await place.oql('setup', 'hubspot')
  await place.write('strict.yaml', STRICT)
  const supposed = await place.json<WhatIfJson>('plan', '--model', 'strict.yaml', '--as-of', AS_OF)
  expect(supposed.byStage.before).toMatchObject({ ongoing_usage: 1 })
  expect(supposed.byStage.after).toMatchObject({ ongoing_usage: 0 })
  expect(supposed.moves).toContainEqual({ domain: 'gamma.dev', from: 'ongoing_usage', to: 'interest' })
  expect(supposed.changes.length).toBeGreaterThan(0)
  const told = await place.oql('plan', '--model', 'strict.yaml', '--as-of', AS_OF)
  expect(told.stdout).toContain('would move')
  expect(await place.json('runs')).toEqual({ runs: [] })
})

interface WhatIfJson {
  byStage: Record<'before' | 'after', Record<string, number>>
  moves: { domain: string; from: string; to: string }[]
  changes: unknown[]
}

/** Nobody uses it so much. */
const STRICT = `name: strict
classes:
  download.high: { points: 8, per_day: 16, per_month: 80 }
  download.medium: { points: 5, per_day: 10, per_month: 50 }
stages:
  inactive: { last_seen_days: ">= 60" }
  ongoing_usage: { uses_90: ">= 1000" }
  experimentation: { uses_90: ">= 900" }
  investigation: { uses_90: ">= 800" }
`

test('an empty store is no error: nothing scored, nothing written', async () => {
  const place = await newPlace('id,occurred_at,kind,account_domain\n')
  await place.oql('setup', 'hubspot')
  expect(await place.json<Scored>('score', '--as-of', AS_OF)).toMatchObject({ accounts: [] })
  const report = await place.json('sync', '--as-of', AS_OF)
  expect(report).toMatchObject({ status: 'ok', signals: { read: 0 }, accounts: { scored: 0 } })
  expect((await place.oql('score')).code).toBe(0)
})
