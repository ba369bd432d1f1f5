import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../../src/config/load-config.ts'
import { scoreIntoState } from '../../../src/run/sync/score-into-state.ts'
import { openState } from '../../../src/state/state.ts'
import { put } from '../store/score-files.ts'

const SIGNALS = `id,occurred_at,kind,account_domain,email
1,2025-06-01T10:00:00Z,view,acme.com,Ann@Acme.com
2,2025-06-02T10:00:00Z,download,acme.com,ann@acme.com
3,2025-06-02T10:00:00Z,download,,bob@acme.io
4,2025-06-02T10:00:00Z,download,beta.io,noreply@beta.io
`
const MAPPING = 'object: companies\nmatch: { by: domain }\nfields: [{ from: stage, to: oql_stage }]\n'
const PEOPLE = 'people: { fields: [{ from: email, to: email }] }\n'
const LEADS = 'leads: { when: {} }\n'

interface Given {
  /** Of each connector; one stands for several. */
  mappings?: readonly string[]
  store?: string
  signals?: string
}

/** Runs one after the other over one state; who is remembered after each, as `email of account`. */
async function project() {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-people-'))
  const state = await openState('sqlite::memory:')
  onTestFinished(async () => {
    await state.close()
    await rm(folder, { recursive: true, force: true })
  })
  let day = 3
  return async ({ mappings = [''], store = '', signals = SIGNALS }: Given): Promise<string[]> => {
    await put(folder, 'in/a.csv', signals)
    for (const [n, more] of mappings.entries()) await put(folder, `mapping-${n}.yaml`, MAPPING + more)
    const connectors = mappings.map(
      (_, n) => `  crm${n}: { use: hubspot, mapping: ./mapping-${n}.yaml, config: {} }\n`,
    )
    const sources = 'sources: [{ name: own, type: files, format: canonical, path: in/*.csv }]'
    const file = await put(
      folder,
      'oql.yaml',
      `version: 1\nstore: { ${sources}${store} }\ndata: ./data\nconnectors:\n${connectors.join('')}`,
    )
    const config = await loadConfig(file, {})
    const asOf = new Date(Date.UTC(2025, 5, ++day))
    const runId = `run ${day}`
    const { model } = config
    await state.runs.begin({
      id: runId,
      startedAt: asOf,
      asOf,
      model: { name: model.name, hash: model.hash },
    })
    const guarded = false
    await scoreIntoState({ config, model, state, runId, asOf, guarded, progress: () => undefined })
    const found = []
    for await (const domains of state.people.domains()) {
      found.push(...[...(await state.people.of(domains)).values()].flat())
    }
    return found.map(({ domain, email }) => `${email} of ${domain}`)
  }
}

const BOTH = ['ann@acme.com of acme.com', 'bob@acme.io of acme.io']

test('nobody is remembered unless a mapping makes contacts or leads of them, and nobody any longer', async () => {
  const run = await project()
  expect(await run({})).toEqual([])
  expect(await run({ mappings: [PEOPLE] })).toEqual(BOTH)
  expect(await run({})).toEqual([])
  expect(await run({ mappings: [LEADS] })).toEqual(BOTH)
  // One of several is enough.
  expect(await run({ mappings: ['', PEOPLE] })).toEqual(BOTH)
})

test('people stay where exports rotate, move with an alias, and go with an account that is left out', async () => {
  const run = await project()
  const mappings = [PEOPLE]
  expect(await run({ mappings })).toEqual(BOTH)
  const [head = '', , , bob = ''] = SIGNALS.split('\n')
  const rotated = `${head}\n${bob}\n`
  expect(await run({ mappings, signals: rotated })).toEqual(BOTH)
  const folded = await run({ mappings, store: ', aliases: { acme.com: [acme.io] }' })
  expect(folded).toEqual(['ann@acme.com of acme.com', 'bob@acme.io of acme.com'])
  const left = await run({ mappings, store: ', exclude: { domains: [acme.com] }' })
  expect(left).toEqual(['bob@acme.io of acme.io'])
})
