import { beforeEach, expect, test } from 'vitest'
import type { OutboxNotice } from '../../../src/domain/notice.ts'
import { type ChangeKind, type PlannedChange, PRIORITIES } from '../../../src/domain/planned-change.ts'
import type { RelatedKind, RelatedRecord } from '../../../src/domain/related-record.ts'
import type { State } from '../../../src/state/state.ts'
import { account } from './account.ts'
import { emptyState } from './empty-state.ts'

const AT = new Date('2025-06-02T00:00:00Z')
const RUN = 'run'
const FIND = 'ann_o%x@acme.com'
let state: State

beforeEach(async () => {
  state = await emptyState()
  await state.runs.begin({ id: RUN, startedAt: AT, asOf: AT, model: { name: 'default', hash: 'abc' } })
})

const change = (domain: string, kind: ChangeKind, key: string): PlannedChange => ({
  connector: 'crm',
  kind,
  key,
  domain,
  object: kind,
  remoteId: null,
  action: 'create',
  fields: {},
  ifEmpty: [],
  associate: [],
  why: 'new',
  priority: PRIORITIES.create,
})

const related = (domain: string, kind: RelatedKind, key: string): RelatedRecord => ({
  connector: 'crm',
  kind,
  key,
  domain,
  object: kind,
  remoteId: key,
  status: 'open',
  delivered: { fields: {}, asOf: AT },
  madeAt: AT,
  closedAt: null,
})

const notice = (domain: string, content: OutboxNotice['content'] = {}): OutboxNotice => ({
  id: `${domain}/${JSON.stringify(content)}`,
  channel: 'hook',
  connector: null,
  about: 'stage',
  domain,
  at: AT,
  runId: RUN,
  from: null,
  to: 'interest',
  direction: 'first',
  content,
  status: 'pending',
  isDue: true,
  isTried: false,
  attempts: 0,
  nextAttemptAt: null,
  error: null,
  since: AT,
  settledAt: null,
})

const refusal = (domain: string, name: string) => ({
  domain,
  name,
  reason: 'Property values were not valid',
  code: null,
  field: null,
  trace: null,
  fieldsHash: 'h',
})

const person = (domain: string, email: string) =>
  state.people.remember([{ domain, email, kinds: ['view'], firstSeen: AT, lastSeen: AT, signals: 1 }])

/** One of everything for an account, and a person of its. */
async function keepAll(domain: string, email: string): Promise<void> {
  const connector = 'crm'
  await state.accounts.put([account(domain)], RUN)
  await state.moves.add({
    stages: [{ domain, at: AT, runId: RUN, from: null, to: 'interest', direction: 'first', reason: '' }],
    risks: [{ domain, at: AT, runId: RUN, from: null, to: 'high', reason: '' }],
  })
  await person(domain, email)
  await state.links.put([{ connector, domain, object: 'account', remoteId: '1', by: 'hand', stamped: true }])
  await state.matching.ignore('ignoring', [domain])
  await state.matching.putAmbiguous([{ connector: 'other', domain, candidates: [], checkedAt: AT }])
  await state.matching.putAbsent('absent', [domain], AT)
  await state.lostLinks.put('absent', [domain], AT)
  await state.candidates.add(connector, [{ domain, record: { remoteId: '1', fields: {}, createdAt: AT } }])
  await state.delivered.put(connector, [{ domain, object: 'account', fields: {}, asOf: AT }])
  await state.changes.plan(RUN, [
    change(domain, 'account', domain),
    change(domain, 'lead', `${domain}#1`),
    change(domain, 'contact', email),
  ])
  await state.rejections.raise(connector, [refusal(domain, domain), refusal(domain, email)], AT)
  await state.related.put([related(domain, 'lead', `${domain}#1`), related(domain, 'contact', email)])
  await state.notices.add([notice(domain), notice(domain, { name: email })])
}

const ONE_OF_EACH = {
  accounts: 1,
  stageChanges: 1,
  riskChanges: 1,
  people: 1,
  links: 1,
  ignored: 1,
  ambiguities: 1,
  absences: 1,
  lostLinks: 1,
  candidates: 1,
  delivered: 1,
  changes: 3,
  rejections: 2,
  notices: 2,
  leads: 1,
  contacts: 1,
}
const NONE = Object.fromEntries(Object.keys(ONE_OF_EACH).map(what => [what, 0]))

test('all that is kept of an account is removed and counted, its people too; others keep theirs', async () => {
  await keepAll('acme.com', FIND)
  await keepAll('stays.com', 'bob@stays.com')
  expect(await state.forget(['acme.com'])).toEqual(ONE_OF_EACH)
  expect(await state.forget(['acme.com'])).toEqual(NONE)
  expect(await state.forget(['stays.com'])).toEqual(ONE_OF_EACH)
})

test('all that is kept of a person is removed and counted, at every account; the accounts stay', async () => {
  await keepAll('acme.com', FIND)
  await keepAll('stays.com', 'annAo%x@acme.com')
  await person('stays.com', FIND)
  // Emails that hold this one, or that its _ and % would match.
  await person('acme.com', `x${FIND}`)
  await state.notices.add([
    notice('acme.com', { name: `x${FIND}` }),
    notice('acme.com', { name: `to ${FIND}` }),
  ])
  expect(await state.forgetPerson(FIND)).toEqual({
    people: 2,
    contacts: 1,
    changes: 1,
    rejections: 1,
    notices: 1,
  })
  expect(await state.forgetPerson(FIND)).toEqual({
    people: 0,
    contacts: 0,
    changes: 0,
    rejections: 0,
    notices: 0,
  })
  expect(await state.forget(['acme.com'])).toEqual({
    ...ONE_OF_EACH,
    contacts: 0,
    changes: 2,
    rejections: 1,
    notices: 3,
  })
  expect(await state.forget(['stays.com'])).toEqual(ONE_OF_EACH)
})
