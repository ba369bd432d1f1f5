import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setUp, start } from './asking.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'salesforce-sandbox-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('a file keeps fields, permission sets, records and deletions from one start to the next', async () => {
  const file = path.join(directory, 'org.sqlite')
  const first = await start({ file, accounts: [{ Name: 'Seeded' }] })
  await setUp(first)
  const made = await first.connection.sobject('Account').create({ Name: 'Acme', OQL_Domain__c: 'acme.com' })
  const gone = await first.connection.sobject('Account').create({ Name: 'Gone' })
  await first.connection.sobject('Account').destroy(gone.id ?? '')
  await first.sandbox.close()

  const second = await start({ file, accounts: [{ Name: 'Seeded' }] })
  try {
    const { records } = await second.connection.query(
      'SELECT Id, Name, OQL_Domain__c FROM Account ORDER BY Name',
    )
    expect(records).toMatchObject([
      { Id: made.id, Name: 'Acme', OQL_Domain__c: 'acme.com' },
      { Name: 'Seeded' },
    ])
    expect(second.sandbox.control.record('Account', gone.id ?? '')?.deleted).toBe(true)
    const upserted = await second.connection
      .sobject('Account')
      .upsert({ OQL_Domain__c: 'ACME.com', Name: 'B' }, 'OQL_Domain__c')
    expect(upserted).toMatchObject({ id: made.id, created: false })
  } finally {
    await second.sandbox.close()
  }
})

/** Generous for a busy machine; the point is that nothing is quadratic. */
const SCAN_BUDGET_MS = 1_000

test('100,000 accounts are scanned in well under a second, and read in 50 calls', async () => {
  const asking = await start()
  const { sandbox, connection } = asking
  try {
    await setUp(asking)
    sandbox.control.insertMany(
      'Account',
      Array.from({ length: 100_000 }, (_, at) => ({
        Name: `Company ${at}`,
        Website: `c${at}.com`,
        OQL_Domain__c: `c${at}.com`,
      })),
    )
    const from = performance.now()
    const found = await connection.query(
      "SELECT Id FROM Account WHERE Website LIKE '%99.com' AND OQL_Domain__c != null",
    )
    expect(found.totalSize).toBe(1_000)
    expect(performance.now() - from).toBeLessThan(SCAN_BUDGET_MS)
    sandbox.control.resetCounters()
    let page = await connection.query('SELECT Id, Website FROM Account')
    let rows = page.records.length
    while (!page.done) {
      page = await connection.queryMore(String(page.nextRecordsUrl))
      rows += page.records.length
    }
    expect({ rows, calls: sandbox.control.counters().read }).toEqual({ rows: 100_000, calls: 50 })
  } finally {
    await sandbox.close()
  }
})
