import type { Call, Company, FieldValue, RemoteLead } from '../../../src/contract/index.ts'
import type { SalesforceRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { ACCOUNT, LEAD, LEAD_KEY_FIELD } from '../objects.ts'
import { all } from './pages.ts'
import { isId, selectsIn, shortId } from './soql.ts'
import { timeAt, valueAt } from './values.ts'

const FIELDS = ['Company', LEAD_KEY_FIELD, 'Status', 'IsConverted', 'ConvertedDate', 'LastModifiedDate']

/**
 * Leads of these companies, whatever became of them, and those that carry one of these keys. A Lead has no link to an
 * Account: it belongs to the companies whose name it gives, which are the account's names and the Account's own.
 * @param closed values of `Status`, in small letters, that end a lead without converting it
 */
export async function* leads(
  client: Client,
  closed: ReadonlySet<string>,
  asked: { companies: readonly Company[]; keys: readonly string[] },
  call: Call,
): AsyncIterable<RemoteLead> {
  for await (const record of leadsBy(client, LEAD_KEY_FIELD, asked.keys, call)) {
    yield { ...leadOf(record, closed), company: null }
  }
  const companies = await companiesByName(client, asked.companies, call)
  for await (const record of leadsBy(client, 'Company', [...companies.keys()], call)) {
    const lead = leadOf(record, closed)
    for (const company of companies.get(plain(valueAt(record, 'Company'))) ?? []) yield { ...lead, company }
  }
}

async function* leadsBy(client: Client, by: string, values: readonly string[], call: Call) {
  const distinct = [...new Set(values.map(plain))].filter(value => value !== '')
  for (const { soql } of selectsIn({ object: LEAD, fields: FIELDS }, by, distinct)) {
    yield* all(client, soql, { deleted: false }, call)
  }
}

/** Salesforce compares texts without regard to letter case, and keeps them without spaces around them. */
const plain = (value: FieldValue): string =>
  String(value ?? '')
    .trim()
    .toLowerCase()

/** Name, in small letters → ids of the companies that go by it. */
async function companiesByName(
  client: Client,
  companies: readonly Company[],
  call: Call,
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  const add = (name: FieldValue, remoteId: string) => {
    const key = plain(name)
    found.set(key, (found.get(key) ?? new Set()).add(remoteId))
  }
  for (const { remoteId, names } of companies) for (const name of names) add(name, remoteId)
  const accounts = companies.filter(({ object, remoteId }) => object === ACCOUNT && isId(remoteId))
  const asked = new Map(accounts.map(({ remoteId }) => [shortId(remoteId), remoteId]))
  for (const { soql } of selectsIn({ object: ACCOUNT, fields: ['Name'] }, 'Id', [...asked.values()])) {
    for await (const record of all(client, soql, { deleted: false }, call)) {
      add(valueAt(record, 'Name'), asked.get(shortId(record.Id)) ?? record.Id)
    }
  }
  found.delete('')
  return found
}

function leadOf(record: SalesforceRecord, closed: ReadonlySet<string>): Omit<RemoteLead, 'company'> {
  const key = valueAt(record, LEAD_KEY_FIELD)
  const state = stateOf(record, closed)
  return {
    remoteId: record.Id,
    key: key === null ? null : String(key),
    state,
    closedAt: state === 'open' ? null : closedAt(record),
  }
}

function stateOf(record: SalesforceRecord, closed: ReadonlySet<string>): RemoteLead['state'] {
  if (valueAt(record, 'IsConverted') === true) return 'converted'
  return closed.has(plain(valueAt(record, 'Status'))) ? 'closed' : 'open'
}

/** The day of its conversion; of a closed one Salesforce keeps no date but its last change. */
const closedAt = (record: SalesforceRecord): Date | null =>
  timeAt(record, 'ConvertedDate') ?? timeAt(record, 'LastModifiedDate')
