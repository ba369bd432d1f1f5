import { RequestFailed, SessionFault } from '../contract/faults.ts'
import type { Notice } from '../contract/notices.ts'
import type { Failure, FailureKind, Result } from '../contract/records.ts'
import type { Link } from '../domain/link.ts'
import type { OutboxNotice } from '../domain/notice.ts'
import type { CrmChannel } from '../plan/notices-channels.ts'
import type { State } from '../state/state.ts'
import { crmNotice } from './crm-notice.ts'
import type { CrmSession } from './crm-session.ts'
import { ChannelEnded, type Sender, type Sent } from './drain.ts'
import type { Owners } from './owners.ts'

interface CrmSending {
  crm: CrmSession
  owners: Owners
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
      const unlinked = batch.filter(({ domain }) => !links.has(domain))
      const sent = await inWords(crm, batch, () => notify(sending, channel, batch, links))
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
  { crm, owners, now }: CrmSending,
  { action }: CrmChannel,
  batch: readonly OutboxNotice[],
  links: ReadonlyMap<string, Link>,
): Promise<Sent[]> {
  const owner = action.type === 'task' ? await owners.of([...links.values()], action) : new Map()
  const at = new Date(now())
  const notices = batch.flatMap((notice): Notice[] => {
    const record = links.get(notice.domain)
    if (record === undefined) return []
    const { object, remoteId } = record
    const to = { record: { object, remoteId }, owner: owner.get(notice.domain) ?? null, now: at }
    return [crmNotice(notice, action, to)]
  })
  if (notices.length === 0 || crm.session.notify === undefined) return []
  const results = await crm.session.notify(notices, crm.finishing)
  const answered = new Set(results.map(({ key }) => key))
  if (results.length !== notices.length || !notices.every(({ id }) => answered.has(id))) {
    throw new SessionFault('bug', `answered ${results.length} results for ${notices.length} notices`)
  }
  return results.map(sentBy)
}

/** What a request that failed as a whole means for each of its notices. @throws ChannelEnded for the session's end */
async function inWords(
  { name, call }: CrmSession,
  batch: readonly OutboxNotice[],
  send: () => Promise<Sent[]>,
): Promise<Sent[]> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof RequestFailed && PASSING.has(error.failure.kind)) {
      return batch.map(({ id }) => again(id, error.failure))
    }
    const known = error instanceof RequestFailed || error instanceof SessionFault || call.signal.aborted
    const why = call.signal.aborted ? 'stopped' : error instanceof Error ? error.message : String(error)
    if (!known) throw error
    throw new ChannelEnded(`${name}: ${why}; its notices wait for the next run`, { cause: error })
  }
}

const PASSING: ReadonlySet<FailureKind> = new Set(['throttled', 'transient', 'unknown_outcome'])

function sentBy(result: Result): Sent {
  const { key: id } = result
  if (result.status !== 'failed') return { id, status: 'delivered' }
  const { failure } = result
  if (PASSING.has(failure.kind)) return again(id, failure)
  return { id, status: failure.kind === 'gone' ? 'unlinked' : 'failed', error: failure.message }
}

const again = (id: string, { message }: Failure): Sent => ({ id, status: 'again', error: message })
