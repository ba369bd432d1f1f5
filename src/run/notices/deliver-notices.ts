import type { Config, NotifyChannel } from '../../config/config.ts'
import type { OwnerChoice } from '../../config/mapping.ts'
import { ownersFor } from '../../delivery/related/owners.ts'
import type { ConnectorSession } from '../../delivery/session/connector-session.ts'
import { openConnector } from '../../delivery/session/open-connector.ts'
import { problemOf } from '../../delivery/session/problem-of.ts'
import type { CrmChannel } from '../../plan/notices/channels.ts'
import { crmChannels, noticeChannels } from '../../plan/notices/channels.ts'
import type { State } from '../../state/state.ts'
import { adoptNotices } from '../../workflow/adopt-notices.ts'
import { crmSender } from '../../workflow/crm-sender.ts'
import { type ChannelCounts, type Draining, drain, failedForGood } from '../../workflow/drain.ts'
import { openPoster } from '../../workflow/post.ts'
import { drainSlack } from '../../workflow/slack-channel.ts'
import { webhookSender } from '../../workflow/webhook-sender.ts'
import type { RunSurroundings } from '../surroundings.ts'

export interface NoticeDelivery
  extends Pick<RunSurroundings, 'config' | 'clock' | 'log' | 'signal' | 'assertHeld'> {
  state: State
  /** Connectors that are not to be spoken to: their part of the run failed. */
  without: ReadonlySet<string>
  /** In [0, 1); spreads the next attempts. */
  random?: () => number
}

/** What became of the outbox, and the calls that it cost. */
export interface NoticesDelivered extends ChannelCounts {
  dropped: number
  calls: Readonly<Record<string, { read: number; write: number }>>
}

/**
 * Delivers what is due, each channel by itself: one that is slow or down holds up no other. May be called between runs
 * too, by who holds the lease: it asks nothing but the outbox.
 */
export async function deliverNotices(delivery: NoticeDelivery): Promise<NoticesDelivered> {
  const { config, state, clock } = delivery
  const { notices } = config
  const draining: Draining = {
    state,
    clock,
    signal: delivery.signal,
    assertHeld: delivery.assertHeld,
    random: delivery.random ?? Math.random,
    maxPerRun: notices.maxPerRun,
    attempts: notices.attempts,
  }
  for (const [name, entry] of Object.entries(config.connectors)) {
    await adoptNotices(state, name, crmChannels({ connectors: { [name]: entry } }))
  }
  const expired = await expire(config, state, clock.now())
  const calls: Record<string, { read: number; write: number }> = {}
  const crms = Object.keys(config.connectors).map(name => drainCrm(delivery, draining, name, calls))
  const others = config.notify.map(async channel => [await drainChannel(draining, channel)])
  // All of them have ended before one's fault is thrown: the state is closed after that.
  const ended = await Promise.allSettled([...crms, ...others])
  const counts = ended.flatMap(end => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
  return { ...sum([expired, ...counts]), dropped: expired.dropped, calls }
}

const sum = (counts: readonly ChannelCounts[]): ChannelCounts => ({
  delivered: counts.reduce((all, { delivered }) => all + delivered, 0),
  failed: counts.reduce((all, { failed }) => all + failed, 0),
  hasEnded: counts.some(({ hasEnded }) => hasEnded),
  problems: counts.flatMap(({ problems }) => problems),
})

async function drainChannel(draining: Draining, channel: NotifyChannel): Promise<ChannelCounts> {
  const now = () => draining.clock.now()
  const poster = openPoster(channel, now)
  try {
    if (channel.use === 'slack') return await drainSlack(draining, channel, poster)
    return await drain(draining, webhookSender(channel, poster, now))
  } finally {
    await poster.close()
  }
}

/** One session for all actions of a connector, and only where one of them has something to send. */
async function drainCrm(
  delivery: NoticeDelivery,
  draining: Draining,
  name: string,
  calls: Record<string, { read: number; write: number }>,
): Promise<ChannelCounts[]> {
  const { config, state, clock, log, without } = delivery
  const entry = config.connectors[name]
  if (entry === undefined || without.has(name)) return []
  const channels = await withNews(state, crmChannels({ connectors: { [name]: entry } }), clock.now())
  if (channels.length === 0) return []
  const explain = (error: unknown) => problemOf(error, { ...delivery, entry })
  let crm: ConnectorSession
  try {
    crm = await openConnector(entry, delivery, state)
  } catch (error) {
    return [{ delivered: 0, failed: 0, hasEnded: true, problems: [explain(error)] }]
  }
  calls[name] = crm.counts
  const counts: ChannelCounts[] = []
  try {
    const sending = {
      crm,
      ownersFor: (object: string, ids: readonly string[], choice: OwnerChoice) =>
        ownersFor(crm, object, ids, choice),
      explain,
      state,
      now: () => clock.now(),
    }
    for (const channel of channels) {
      const fared = await drain(draining, crmSender(sending, channel))
      counts.push(fared)
      if (fared.hasEnded) break
    }
    await crm.ledger?.save()
  } finally {
    // All is recorded by then: a session that can't say goodbye changes nothing.
    await crm.session
      .close()
      .catch(error => log.warn({ err: error, connector: name }, 'the connector could not be closed'))
  }
  return counts
}

async function withNews(state: State, channels: readonly CrmChannel[], now: number): Promise<CrmChannel[]> {
  const news: CrmChannel[] = []
  for (const channel of channels) {
    if ((await state.notices.ready(channel, new Date(now), 1)).length > 0) news.push(channel)
  }
  return news
}

/** What waited too long is news no more. A channel that the config does not have any more has nobody to tell. */
async function expire(
  config: Config,
  state: State,
  now: number,
): Promise<ChannelCounts & { dropped: number }> {
  const before = new Date(now - config.notices.expireAfterMs)
  const at = new Date(now)
  const known = noticeChannels(config)
  const end = { delivered: 0, failed: 0, dropped: 0, hasEnded: false, problems: [] as string[] }
  for (const { channel, about, notices } of await state.notices.expired(before)) {
    const isKnown = known.some(one => one.channel === channel && one.about === about)
    const outlet = { channel, about }
    if (isKnown) {
      const error = 'not delivered before notices.expire_after'
      await state.notices.expire(outlet, before, { status: 'failed', error, at })
      end.failed += notices
      end.problems.push(failedForGood(channel, notices, error))
    } else {
      const error = 'its channel is not in the config any more'
      await state.notices.expire(outlet, before, { status: 'dropped', error, at })
      end.dropped += notices
    }
  }
  return end
}
