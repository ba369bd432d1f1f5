import { readFile } from 'node:fs/promises'
import { CamelCasePlugin, Kysely, sql } from 'kysely'
import { expect, test } from 'vitest'
import { locate, type StatePlace } from '../../../src/state/database/location.ts'
import { migrate } from '../../../src/state/database/migrate.ts'
import { openPostgres } from '../../../src/state/database/postgres.ts'
import { useSchema } from '../../../src/state/database/postgres-schema.ts'
import { sqliteDialect } from '../../../src/state/database/sqlite.ts'
import type { Tables } from '../../../src/state/rows/tables.ts'
import { openState } from '../../../src/state/state.ts'
import { query } from '../../postgres/new-schema.ts'
import { DATABASES } from './place.ts'

const TOKENS = [
  '00D8c000001aBcDEAU!AQEAQKx_8.p~dq-QZ',
  'pat-na1-12345678-abcd-4321-9876-0123456789ab',
  'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl',
  'CjYwMTIzNDU2Nzg5',
]
const PLAIN = 'refused: 00D of eyJ pat-terns, bearer of news'
const words = (token: string) =>
  `INVALID_SESSION_ID: session ${token === TOKENS[3] ? `Bearer ${token}` : token} is no good`

/** As an earlier version left it: every text that may quote a CRM quotes a token. */
async function filled(place: Awaited<ReturnType<(typeof DATABASES)[number]['newState']>>): Promise<void> {
  const location = locate(place)
  if (location.kind === 'memory') throw new Error('the state must outlive its connection')
  const db =
    location.kind === 'postgres'
      ? openPostgres<Tables>(location, { kind: 'unfenced', session: 'test' })
      : new Kysely<Tables>({
          dialect: await sqliteDialect(location.path, 'durable'),
          plugins: [new CamelCasePlugin({ underscoreBeforeDigits: true })],
        })
  const schema = location.kind === 'postgres' ? location.schema : null
  await migrate(db, { place: 'here', schema }, 2)
  await db.transaction().execute(async inside => {
    if (schema !== null) await useSchema(inside, schema)
    for (const [n, text] of [...TOKENS.map(words), PLAIN].entries()) {
      const report = JSON.stringify({ status: 'failed', problems: [text, text] })
      await sql`insert into runs (id, started_at, as_of, model_name, model_hash, status, remembered, report)
        values (${`run-${n}`}, ${n}, ${n}, 'default', 'h', 'failed', 0, ${report})`.execute(inside)
      await sql`insert into rejections (key, connector, domain, reason, fields_hash, since, attempts, status)
        values (${`k${n}`}, 'salesforce', ${`c${n}.com`}, ${text}, 'h', 0, 1, 'open')`.execute(inside)
      await sql`insert into changes (run_id, connector, kind, object, key, domain, action, fields, if_empty, associate,
          why, priority, status, failure)
        values (${`run-${n}`}, 'salesforce', 'account', 'Account', ${`c${n}.com`}, ${`c${n}.com`}, 'update', '{}', '[]',
          '[]', 'x', 1, 'failed', ${JSON.stringify({ message: text })})`.execute(inside)
      await sql`insert into notices (id, channel, about, domain, at, run_id, content, status, due, tried, attempts, error,
          since)
        values (${`n${n}`}, 'hook', 'stage', ${`c${n}.com`}, 0, ${`run-${n}`}, '{}', 'failed', 1, 1, 1, ${text}, 0)`.execute(
        inside,
      )
    }
  })
  await db.destroy()
}

/** All that is kept, what was deleted and not written over too; of PostgreSQL the rows. */
async function bytesOf(place: StatePlace | string): Promise<string> {
  if (typeof place === 'string') return readFile(place.replace('sqlite:', ''), 'latin1')
  const tables = ['runs', 'changes', 'rejections', 'notices']
  const rows = tables.map(table => query(place.url, `select * from "${place.schema}".${table}`))
  return JSON.stringify(await Promise.all(rows))
}

test.each(DATABASES)(
  'a state in $name that holds tokens is cleaned when it is opened to write',
  async ({ newState }) => {
    const place = await newState()
    await filled(place)
    const state = await openState(place)
    const runs = await state.runs.list(10)
    const rejections = await Array.fromAsync(state.rejections.list())
    const notices = await Array.fromAsync(state.notices.list())
    await state.close()
    const kept = JSON.stringify([runs, rejections, notices])
    const everything = await bytesOf(place)
    for (const token of TOKENS) expect([kept, everything].filter(text => text.includes(token))).toEqual([])
    expect(runs.map(({ report }) => report)).toContainEqual({ status: 'failed', problems: [PLAIN, PLAIN] })
    expect(kept.match(/session (Bearer )?\[secret\] is no good/g)).toHaveLength(4 * TOKENS.length)
    expect(rejections.map(({ reason }) => reason)).toContain(PLAIN)
  },
)
