import { describe, expect, it } from 'vitest'
import { SessionFault } from '../../../src/contract/faults.ts'
import type { Notice } from '../../../src/contract/notices.ts'
import { retryNotices } from '../../../src/run/notices/retry-notices.ts'
import { onlyCrm } from '../../project/memory-project.ts'
import type { Crm, Trouble } from '../../reference-connector/crm.ts'
import { DAY_MS, hook, notifying, settledProject } from './outbox-project.ts'
import { newReceiver } from './receiver.ts'

const CREATE = 'create: { when: {} }'
const onStageChange = (...actions: string[]) =>
  `on_stage_change:\n${actions.map(one => `  - ${one}`).join('\n')}`
const TASK = onStageChange(
  'task: { when: {}, subject: "{{name}} reached {{stage_label}}", body: "{{reason}}", due_in: 2d, owner: record, fallback_owner: "42" }',
)

const many = (count: number) =>
  Array.from({ length: count }, (_, n) => `new${String(n).padStart(3, '0')}.com`)
const lost = (kind: 'unknown_outcome' | 'transient', committed = false): Trouble => ({
  kind: 'fails',
  committed,
  failure: { kind, message: 'the answer was lost' },
})

const idsOf = ({ made }: Crm): string[] => made.map(({ id }) => id)
const taskOf = ({ made }: Crm): Extract<Notice, { type: 'task' }> => {
  const [task] = made
  if (task?.type !== 'task') throw new Error('no task was made')
  return task
}

describe('a task', () => {
  it('is made on the record once the CRM holds the new stage, with its words, its time and its owner', async () => {
    const project = await settledProject(['crm'], { mapping: `${CREATE}\n${TASK}` })
    const crm = onlyCrm(project)
    const record = crm.add({ domain: 'acme.com', name: 'Acme', owner: '7' })
    const stages: unknown[] = []
    crm.beforeNotify = () => {
      stages.push(crm.find(record)?.fields.stage)
      return undefined
    }
    await project.signals('2026-06-04', 'acme.com')
    const report = await project.run('2026-06-05')
    expect(report).toMatchObject({ status: 'ok', notices: { delivered: 1, pending: 0 } })
    expect(stages).toEqual(['investigation'])
    expect(taskOf(crm)).toMatchObject({
      mayExist: false,
      record: { object: 'companies', remoteId: record },
      subject: 'acme.com reached Investigation',
      owner: '7',
      dueAt: new Date(project.clock.at + 2 * DAY_MS),
    })
    expect(report.connectors.crm?.calls).toEqual({
      read: crm.requests.filter(({ kind }) => kind === 'read').length - FIRST_RUN.read,
      write: crm.requests.filter(({ kind }) => kind === 'write').length - FIRST_RUN.write,
    })
  })

  it.each([
    ['the owner left', ['7'], '42'],
    ['nobody owns the record', [], '42'],
    ['the owner and the fallback left', ['7', '42'], null],
  ])('goes to the fallback, or to nobody, where %s', async (_, gone, owner) => {
    const project = await settledProject(['crm'], { mapping: `${CREATE}\n${TASK}` })
    const crm = onlyCrm(project)
    crm.add({ domain: 'acme.com', ...(gone.length === 0 ? {} : { owner: '7' }) })
    crm.ownersGone = new Set(gone)
    await project.signals('2026-06-04', 'acme.com')
    await project.run('2026-06-05')
    expect(taskOf(crm).owner).toBe(owner)
  })

  it('is looked for before it is made again, where an answer was lost: there is only one', async () => {
    const project = await settledProject(['crm'], { mapping: `${CREATE}\n${TASK}` })
    const crm = onlyCrm(project)
    crm.beforeNotify = (_, n) => (n <= 2 ? lost('unknown_outcome', n === 1) : undefined)
    await project.signals('2026-06-04', ...many(5))
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 5, pending: 0 })
    expect(new Set(idsOf(crm)).size).toBe(5)
    expect(crm.made).toHaveLength(5)
  })

  it('is looked for after it failed for good and was asked for again, too', async () => {
    const project = await settledProject(['crm'], {
      mapping: `${CREATE}\n${TASK}`,
      main: 'notices: { attempts: 1 }',
    })
    const crm = onlyCrm(project)
    crm.beforeNotify = () => lost('unknown_outcome', true)
    await project.signals('2026-06-04', 'acme.com')
    expect(await project.run('2026-06-05')).toMatchObject({ status: 'partial', notices: { failed: 1 } })
    await retryNotices(project.config(), 'all', new Date(project.clock.at))
    crm.beforeNotify = () => undefined
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1 })
    expect(crm.made).toHaveLength(1)
  })

  it('that is refused hurts only itself, and has failed for good with the CRM’s reason', async () => {
    const project = await settledProject(['crm'], { mapping: `${CREATE}\n${TASK}` })
    const crm = onlyCrm(project)
    crm.refused = notice =>
      'subject' in notice && notice.subject.startsWith('new001')
        ? { kind: 'invalid', message: 'no such subject' }
        : undefined
    await project.signals('2026-06-04', ...many(4))
    const report = await project.run('2026-06-05')
    expect(report).toMatchObject({ status: 'partial', notices: { delivered: 3, failed: 1, pending: 0 } })
    expect(report.problems).toEqual([
      expect.stringMatching(/^crm:task:[0-9a-f]{8}: 1 notice failed for good: no such subject/),
    ])
    expect(crm.counts('write')).toBe(FIRST_RUN.write + 2)
  })

  it('waits where the session ends, and no attempt is counted', async () => {
    const project = await settledProject(['crm'], { mapping: `${CREATE}\n${TASK}` })
    const crm = onlyCrm(project)
    crm.beforeNotify = () => ({ kind: 'throws', error: new SessionFault('quota', 'the day is used up') })
    await project.signals('2026-06-04', 'acme.com')
    const report = await project.run('2026-06-05')
    expect(report).toMatchObject({ status: 'ok', notices: { delivered: 0, pending: 1 } })
    expect(report.problems).toEqual(['crm: the day is used up. What is left waits for the next run'])
    expect(await project.notices()).toMatchObject([{ attempts: 0, status: 'pending' }])
    crm.beforeNotify = () => undefined
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1, pending: 0 })
  })

  it('whose record is gone when it is made goes where the next run’s matching leads', async () => {
    const project = await settledProject(['crm'], { mapping: TASK })
    const crm = onlyCrm(project)
    const record = crm.add({ domain: 'acme.com' })
    crm.beforeNotify = (_, n) => {
      if (n === 1) crm.remove(record)
      return undefined
    }
    await project.signals('2026-06-04', 'acme.com')
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 0, pending: 1, failed: 0 })
    const other = crm.add({ domain: 'acme.com' })
    await project.signals('2026-06-05', ...Array.from({ length: 20 }, () => 'acme.com'))
    for (let day = 6; day < 10 && crm.made.length === 0; day++) await project.run(`2026-06-0${day}`)
    expect(crm.made).toMatchObject([{ record: { remoteId: other } }])
  })
})

describe('notes and events', () => {
  it('carry the change', async () => {
    const project = await settledProject(['crm'], {
      mapping: `${CREATE}\n${onStageChange('note: { when: {}, body: "{{reason}}" }', 'event: { when: {} }')}
on_risk_change:
  - task: { when: { risk: high } }`,
    })
    const crm = onlyCrm(project)
    await project.signals('2026-06-04', 'acme.com')
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 2 })
    const [note, event] = crm.made
    expect(note).toMatchObject({
      type: 'note',
      subject: 'acme.com: new → Investigation',
      at: new Date('2026-06-05T00:00:00Z'),
    })
    expect(event).toMatchObject({
      type: 'event',
      fields: {
        Notice_Id__c: event?.id,
        Domain__c: 'acme.com',
        From__c: null,
        To__c: 'investigation',
        Direction__c: 'first',
      },
    })
  })
})

describe('what has nobody to go to', () => {
  it.each([
    [
      'has no record, and create makes none',
      TASK,
      '',
      () => undefined,
      'the CRM has no record of the account',
    ],
    [
      'is ignored',
      `${CREATE}\n${TASK}`,
      '',
      undefined,
      'the account is never to be linked (oql links ignore)',
    ],
    [
      'shares a record with one that speaks for it',
      TASK,
      '',
      (crm: Crm) => crm.add({ domain: 'aaa.com', more_domains: 'acme.com' }),
      'another account speaks for its record',
    ],
  ])('is dropped and counted, where the account %s', async (_, mapping, connector, prepare, error) => {
    const project = await settledProject(['crm'], { mapping, connector })
    const crm = onlyCrm(project)
    if (prepare === undefined) await project.inState(state => state.matching.ignore('crm', ['acme.com']))
    else prepare(crm)
    await project.signals('2026-06-04', 'acme.com', ...(error.startsWith('another') ? ['aaa.com'] : []))
    expect((await project.run('2026-06-05')).notices).toMatchObject({ dropped: 1, pending: 0, failed: 0 })
    const of = (await project.notices()).filter(({ domain }) => domain === 'acme.com')
    expect(of).toMatchObject([{ status: 'dropped', error }])
  })

  it('is not even made for an account that only: leaves alone, but a channel after: the connector drops it', async () => {
    const receiver = await newReceiver()
    const project = await settledProject(['crm'], {
      mapping: `${CREATE}\n${TASK}`,
      connector: '    only: { domain: [known.com] }',
      main: notifying(hook(receiver.url, 'after: crm')),
    })
    await project.signals('2026-06-04', 'acme.com')
    expect((await project.run('2026-06-05')).notices).toMatchObject({ dropped: 1, pending: 0 })
    expect(await project.notices()).toMatchObject([{ channel: 'hook', status: 'dropped' }])
    expect(receiver.requests).toEqual([])
  })

  it('waits for a person where several records fit, and goes once that is said', async () => {
    const project = await settledProject(['crm'], { mapping: `${CREATE}\n${TASK}` })
    const crm = onlyCrm(project)
    const [record] = [crm.add({ domain: 'acme.com' }), crm.add({ domain: 'acme.com' })]
    await project.signals('2026-06-04', 'acme.com')
    expect(await project.run('2026-06-05')).toMatchObject({
      status: 'ok',
      notices: { pending: 1, dropped: 0 },
    })
    expect(await project.notices()).toMatchObject([{ error: expect.stringContaining('oql links') }])
    await project.inState(state =>
      state.links.put([
        {
          connector: 'crm',
          domain: 'acme.com',
          object: 'companies',
          remoteId: record,
          by: 'hand',
          stamped: false,
        },
      ]),
    )
    expect((await project.run('2026-06-06')).notices).toMatchObject({ delivered: 1, pending: 0 })
    expect(crm.made).toMatchObject([{ record: { remoteId: record } }])
  })
})

describe('what the CRM has not confirmed', () => {
  it('waits: no channel after: the connector hears of a stage that its record does not hold', async () => {
    const receiver = await newReceiver()
    const project = await settledProject(['crm'], {
      mapping: `${CREATE}\n${TASK}`,
      main: notifying(hook(receiver.url, 'after: crm')),
    })
    const crm = onlyCrm(project)
    crm.poisoned = ({ oql_key: key }) => (key === 'bad.com' ? { kind: 'invalid', message: 'no' } : undefined)
    await project.signals('2026-06-04', 'acme.com', 'bad.com')
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 2, pending: 2, failed: 0 })
    expect(receiver.bodies()).toMatchObject([{ data: { domain: 'acme.com' } }])
    crm.poisoned = () => undefined
    await project.inState(state => state.rejections.retryAll())
    expect((await project.run('2026-06-06')).notices).toMatchObject({ delivered: 2, pending: 0 })
    expect(crm.made).toHaveLength(2)
  })

  it('waits for the next run where the connector’s part failed, and goes then', async () => {
    const project = await settledProject(['crm'], { mapping: `${CREATE}\n${TASK}` })
    const crm = onlyCrm(project)
    crm.beforeRead = () => ({ kind: 'throws', error: new SessionFault('auth', 'not let in') })
    await project.signals('2026-06-04', 'acme.com')
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 0, pending: 1 })
    crm.beforeRead = () => undefined
    expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1, pending: 0 })
  })
})

/** Requests of the first run of `settledProject`. */
const FIRST_RUN = { read: 1, write: 1 }
