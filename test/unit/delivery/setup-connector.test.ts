import { expect, test } from 'vitest'
import type { FieldSpec, SchemaStep } from '../../../src/contract/fields.ts'
import type { Session } from '../../../src/contract/session.ts'
import { setupConnector } from '../../../src/delivery/schema/setup-connector.ts'
import type { ConnectorSession } from '../../../src/delivery/session/connector-session.ts'
import { STAGE_LABELS } from '../../../src/domain/stage.ts'
import { field, mapping, value } from '../plan/situations.ts'

const never = () => Promise.reject(new Error('nobody asks for this'))

/** A CRM whose `score` this user may not write, and what its connector says to that. */
function shut(says: (wanted: readonly FieldSpec[]) => SchemaStep[]) {
  const asked: string[][] = []
  const session: Session = {
    limits: { maxBatch: 1, maxConcurrent: 1 },
    account: async () => null,
    check: never,
    describe: async () => [
      field('oql_key', { type: 'text', unique: true }),
      field('score', { type: 'number', writable: false }),
    ],
    ensureSchema: async (_, wanted) => {
      asked.push(wanted.map(({ name }) => name))
      return says(wanted)
    },
    estimate: never,
    read: () => {
      throw new Error('nobody asks for this')
    },
    write: never,
    close: async () => undefined,
  }
  const call = { signal: new AbortController().signal, request: never }
  const connector: ConnectorSession = {
    name: 'crm',
    capabilities: {
      objects: ['companies'],
      readBy: {},
      alsoMatches: {},
      key: { companies: 'oql_key' },
      owner: {},
      nameFields: {},
      display: {},
      creates: [],
      idempotentCreates: [],
      schema: true,
      notices: {},
    },
    session,
    call,
    finishing: call,
    counts: { read: 0, write: 0 },
    clock: { now: () => 0, sleep: async () => undefined },
    ledger: null,
  }
  const mapped = mapping({ object: 'companies', create: null, fields: [value('score', 'score')] })
  return { asked, steps: () => setupConnector(connector, mapped, STAGE_LABELS, false) }
}

const granted: SchemaStep = {
  action: 'grant_access',
  object: 'companies',
  name: 'OQL_Sync',
  detail: 'companies.score',
  done: true,
}

test('a field that this user may not write is no conflict where the connector grants access to it', async () => {
  const crm = shut(() => [granted])
  expect(await crm.steps()).toEqual([granted])
  expect(crm.asked).toEqual([['score']])
})

test('a field that this user may not write is a conflict where the connector has nothing to grant', async () => {
  const others = { ...granted, detail: 'companies.other' }
  for (const said of [[], [others]]) {
    const steps = await shut(() => said).steps()
    expect(steps.filter(({ action }) => action === 'conflict')).toMatchObject([
      { name: 'score', detail: expect.stringContaining('may not be written'), done: false },
    ])
  }
})

test('what the connector itself says of such a field is said once', async () => {
  const own: SchemaStep = {
    ...granted,
    action: 'conflict',
    name: 'score',
    detail: 'is read-only',
    done: false,
  }
  expect(await shut(() => [own]).steps()).toEqual([own])
})
