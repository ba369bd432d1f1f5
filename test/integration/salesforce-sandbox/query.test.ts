import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Asking, ask, DATA, start } from './asking.ts'

let asking: Asking
beforeAll(async () => {
  asking = await start()
  const { control } = asking.sandbox
  control.insertMany('Account', [
    {
      Name: 'Acme',
      Website: 'https://www.acme.com',
      Industry: 'Energy',
      OwnerId: '0055g00000Ada01',
      CreatedDate: '2026-01-01T00:00:00Z',
      NumberOfEmployees: 5,
    },
    {
      Name: "O'Neil",
      Website: 'oneil.io',
      Industry: 'Banking',
      OwnerId: '0055g00000Lft01',
      CreatedDate: '2026-02-01T00:00:00Z',
      NumberOfEmployees: 50,
    },
    { Name: '100% Pure', CreatedDate: '2026-03-01T00:00:00Z' },
    { Name: 'Gone', CreatedDate: '2026-03-02T00:00:00Z' },
  ])
  const gone = control.records('Account').find(({ fields }) => fields.Name === 'Gone')
  control.delete('Account', gone?.id ?? '')
})
afterAll(() => asking.sandbox.close())

const names = async (where: string) => {
  const { records } = await asking.connection.query(`SELECT Name FROM Account ${where}`)
  return records.map(({ Name }) => Name)
}
const refused = async (soql: string) => {
  const { status, body } = await ask(asking, 'GET', `${DATA}/query?q=${encodeURIComponent(soql)}`)
  expect(status).toBe(400)
  return Array.isArray(body) ? body[0].errorCode : body
}

test.each([
  ["WHERE Name = 'ACME'", ['Acme']],
  ["WHERE Name = 'O\\'Neil'", ["O'Neil"]],
  ["WHERE Name != 'Acme' ORDER BY Name", ['100% Pure', "O'Neil"]],
  ["WHERE Name LIKE '%\\%%'", ['100% Pure']],
  ["WHERE Website LIKE '%acme%' OR Industry IN ('Banking')", ['Acme', "O'Neil"]],
  ["WHERE Industry NOT IN ('Energy') AND Website != null", ["O'Neil"]],
  ['WHERE Website = null', ['100% Pure']],
  ["WHERE NOT (Industry = 'Energy' OR Website = null)", ["O'Neil"]],
  ["WHERE (Industry = 'Energy' AND Website != null) OR Name LIKE '100%'", ['Acme', '100% Pure']],
  ['WHERE CreatedDate >= 2026-02-01T00:00:00Z', ["O'Neil", '100% Pure']],
  ['WHERE CreatedDate > 2026-02-01T01:00:00+01:00', ['100% Pure']],
  ['WHERE NumberOfEmployees > 5', ["O'Neil"]],
  ['WHERE IsDeleted = false ORDER BY CreatedDate DESC LIMIT 2 OFFSET 1', ["O'Neil", 'Acme']],
  ['WHERE Owner.IsActive = false', ["O'Neil"]],
  ['ORDER BY Website NULLS LAST', ['Acme', "O'Neil", '100% Pure']],
  ['WHERE OwnerId IN (SELECT Id FROM User WHERE IsActive = false)', ["O'Neil"]],
])('SELECT Name FROM Account %s', async (where, expected) => {
  expect(await names(where)).toEqual(expected)
})

test('relationships come as objects, with the types of what they lead to', async () => {
  const { records } = await asking.connection.query(
    "SELECT Id, Owner.Name, Owner.IsActive, Parent.Name FROM Account WHERE Name = 'Acme'",
  )
  expect(records).toMatchObject([
    {
      attributes: { type: 'Account' },
      Owner: { attributes: { type: 'User' }, Name: 'Ada Byron', IsActive: true },
      Parent: null,
    },
  ])
})

test('counts come with and without rows', async () => {
  const { connection } = asking
  expect(await connection.query('SELECT COUNT() FROM Account')).toMatchObject({
    totalSize: 3,
    records: [],
    done: true,
  })
  const { records } = await connection.query(
    'SELECT Industry, COUNT(Id) n FROM Account WHERE Industry != null GROUP BY Industry ORDER BY Industry',
  )
  expect(records).toMatchObject([
    { Industry: 'Banking', n: 1 },
    { Industry: 'Energy', n: 1 },
  ])
})

test('queryAll sees the deleted, query never', async () => {
  const soql = 'SELECT Name FROM Account WHERE IsDeleted = true'
  expect((await asking.connection.query(soql)).totalSize).toBe(0)
  expect((await asking.connection.query(soql, { scanAll: true })).records).toMatchObject([{ Name: 'Gone' }])
})

test.each([
  ['SELECT Nothing FROM Account', 'INVALID_FIELD'],
  ['SELECT Id FROM Nothing', 'INVALID_TYPE'],
  ['SELECT Id FROM Account WHERE', 'MALFORMED_QUERY'],
  ["SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", 'MALFORMED_QUERY'],
  ["SELECT Id FROM Account WHERE Name = 'open", 'MALFORMED_QUERY'],
  ["SELECT Id FROM Account WHERE CreatedDate > '2026-01-01T00:00:00Z'", 'INVALID_FIELD'],
  ['SELECT Id FROM Account WHERE Name = 5', 'INVALID_FIELD'],
  ["SELECT Id FROM Account WHERE Id = 'nonsense'", 'INVALID_QUERY_FILTER_OPERATOR'],
  ["SELECT Id FROM Account WHERE Description = 'long'", 'INVALID_FIELD'],
  ['SELECT Id FROM Account OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE'],
  ['SELECT Name, Name FROM Account', 'INVALID_FIELD'],
])('%s is refused with %s', async (soql, code) => {
  expect(await refused(soql)).toBe(code)
})

test('a URI above 16,384 bytes is refused, one below is not', async () => {
  const query = (length: number) => {
    const soql = `SELECT Id FROM Account WHERE Name = '${'x'.repeat(length)}'`
    return ask(asking, 'GET', `${DATA}/query?q=${encodeURIComponent(soql)}`)
  }
  expect((await query(16_000)).status).toBe(200)
  const long = await query(16_400)
  expect({ status: long.status, type: long.headers.get('content-type') }).toEqual({
    status: 414,
    type: 'text/html',
  })
})

test('pages hold 2,000 rows of the moment of the query, whatever is written in between', async () => {
  const paging = await start()
  try {
    const { control } = paging.sandbox
    const made = control.insertMany(
      'Account',
      Array.from({ length: 4_500 }, (_, at) => ({ Name: `A${at}` })),
    )
    const first = await paging.connection.query('SELECT Id, Name FROM Account')
    const next = new URL(String(first.nextRecordsUrl)).pathname
    expect(first).toMatchObject({ totalSize: 4_500, done: false })
    control.delete('Account', made[4_400]?.id ?? '')
    const second = await paging.connection.queryMore(String(first.nextRecordsUrl))
    const third = await paging.connection.queryMore(String(second.nextRecordsUrl))
    expect(third).toMatchObject({ done: true })
    const seen = new Set([first, second, third].flatMap(({ records }) => records.map(({ Id }) => Id)))
    expect(seen.size).toBe(4_500)
    expect([first, second, third].map(({ records }) => records.length)).toEqual([2_000, 2_000, 500])
    const small = await ask(paging, 'GET', `${DATA}/query?q=SELECT+Id+FROM+Account`, {
      headers: { 'Sforce-Query-Options': 'batchSize=200' },
    })
    expect(small.body).toMatchObject({ totalSize: 4_499, done: false, records: { length: 200 } })
    control.advance(172_800_001)
    await paging.connection.authorize({ grant_type: 'client_credentials' })
    expect(await ask(paging, 'GET', next)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }],
    })
  } finally {
    await paging.sandbox.close()
  }
})
