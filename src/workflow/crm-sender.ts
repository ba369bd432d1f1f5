import type { Action, OwnerChoice } from '../config/mapping.ts'
import { RequestFailed, SessionFault } from '../contract/faults.ts'
import type { Notice } from '../contract/notices.ts'
import type { Failure, FailureKind, Result } from '../contract/records.ts'
import type { Link } from '../domain/link.ts'
import type { OutboxNotice } from '../domain/notice.ts'
import type { CrmChannel } from '../plan/notices/channels.ts'
import type { State } from '../state/state.ts'
import { crmNotice } from './crm-notice.ts'
import type { CrmSession } from './crm-session.ts'
import { ChannelEnded, type Sender, type Sent } from './sender.ts'

interface CrmSending {
  crm: CrmSession
  /** Remote id → who gets what is made beside these records, as delivery finds it; null is nobody. */
  ownersFor(
    object: string,
    remoteIds: readonly string[],
    choice: OwnerChoice,
  ): Promise<ReadonlyMap<string, string | null>>
  /** Says for people what ended the session; what nobody foresaw is logged. */
  explain(error: unknown): string
  state: State
  now: () => number
}

/** Makes the tasks, notes or events of one action of a mapping, a batch at a time. */
export function crmSender(sending: CrmSending, channel: CrmChannel): Sender {
  const { crm, state } = sending
  const { action, connector, about } = channel
  return {
    outlet: { channel: channel.channel, about },
    batchSize: () => crm.session.limits.maxBatch,
    isOneRequest: true,
    marksBefore: true,
    async send(batch) {
      if (crm.session.notify === undefined || crm.capabilities.notices[action.type] === undefined) {
        const error = `${connector} makes no ${action.type}s`
        return batch.map(({ id }) => ({ id, status: 'failed', error }))
      }
      const links = await state.links.get(
        connector,
        batch.map(({ domain }) => domain),
      )
      const linked = batch.filter(({ domain }) => links.has(domain))
      const unlinked = batch.filter(({ domain }) => !links.has(domain))
      const sent = await orEnd(sending, linked, () => notify(sending, channel, linked, links))
      return [...unlinked.map(({ id }) => unlinkedNow(id)), ...sent]
    },
  }
}

const unlinkedNow = (id: string): Sent => ({
  id,
  status: 'unlinked',
  error: 'the account has no record any more',
})

async function notify(
  sending: CrmSending,
  { action }: CrmChannel,
  batch: readonly OutboxNotice[],
  links: ReadonlyMap<string, Link>,
): Promise<Sent[]> {
  const { crm, now } = sending
  const owners = action.type === 'task' ? await ownersOf(sending, [...links.values()], action) : null
  const at = new Date(now())
  const notices = batch.flatMap((notice): Notice[] => {
    const record = links.get(notice.domain)
    if (record === undefined) return []
    const { object, remoteId } = record
    const to = { record: { object, remoteId }, owner: owners?.get(notice.domain) ?? null, now: at }
    return [crmNotice(notice, action, to)]
  })
  if (notices.length === 0 || crm.session.notify === undefined) return []
  const results = await crm.session.notify(notices, crm.finishing)
  const answered = new Set(results.map(({ key }) => key))
  if (results.length !== notices.length || !notices.every(({ id }) => answered.has(id))) {
    throw new SessionFault('bug', `answered ${results.length} results for ${notices.length} notices`)
  }
  return results.map(result => sentBy(result, action))
}

/** Domain → who gets the task. */
async function ownersOf(
  { ownersFor }: CrmSending,
  links: readonly Link[],
  choice: OwnerChoice,
): Promise<ReadonlyMap<string, string | null>> {
  const owners = new Map<string, string | null>()
  for (const [object, some] of Map.groupBy(links, link => link.object)) {
    const ids = [...new Set(some.map(({ remoteId }) => remoteId))]
    const found = await ownersFor(object, ids, choice)
    for (const { domain, remoteId } of some) owners.set(domain, found.get(remoteId) ?? null)
  }
  return owners
}

/** What a request that failed as a whole means for each of its notices. @throws ChannelEnded for all else */
async function orEnd(
  { explain }: CrmSending,
  batch: readonly OutboxNotice[],
  send: () => Promise<Sent[]>,
): Promise<Sent[]> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof RequestFailed && PASSING.has(error.failure.kind)) {
      return batch.map(({ id }) => again(id, error.failure))
    }
    throw new ChannelEnded(explain(error), { cause: error })
  }
}

const PASSING: ReadonlySet<FailureKind> = new Set(['throttled', 'transient', 'unknown_outcome'])

function sentBy(result: Result, { type }: Action): Sent {
  const { key: id } = result
  if (result.status !== 'failed') return { id, status: 'delivered' }
  const { failure } = result
  if (PASSING.has(failure.kind)) return again(id, failure)
  // An event is about no record: matching anew would find the same, and it would wait for ever.
  const isRecordGone = failure.kind === 'gone' && type !== 'event'
  return { id, status: isRecordGone ? 'unlinked' : 'failed', error: failure.message }
}

const again = (id: string, { message, retryAfterMs }: Failure): Sent => ({
  id,
  status: 'again',
  error: message,
  ...(retryAfterMs === undefined ? {} : { pauseMs: retryAfterMs }),
})
