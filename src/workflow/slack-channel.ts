import type { NotifyChannel } from '../config/config.ts'
import type { OutboxNotice } from '../domain/notice.ts'
import type { Outlet } from '../state/outbox/outlet.ts'
import { sentBy } from './answer-to-sent.ts'
import {
  type ChannelCounts,
  type Draining,
  drain,
  failedForGood,
  PATIENCE_MS,
  sleepUnlessStopped,
} from './drain.ts'
import { outcomeOf, withOneLuck } from './outcome-of.ts'
import type { Poster } from './post.ts'
import type { Sender, Sent } from './sender.ts'
import { digestOf } from './slack-digest.ts'
import { type Digest, type SlackMessage, slackDigest, slackMessage } from './slack-message.ts'

type SlackConfig = Extract<NotifyChannel, { use: 'slack' }>

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'oql-sync' }

/** Tells what a Slack channel has to hear: one by one, or all in one message where they are many. */
export async function drainSlack(
  draining: Draining,
  channel: SlackConfig,
  poster: Poster,
): Promise<ChannelCounts> {
  const { state, clock, maxPerRun } = draining
  const outlet = { channel: channel.name, about: channel.on }
  const post = async (id: string, message: SlackMessage): Promise<Sent> =>
    sentBy(id, await poster.post(JSON.stringify(message), HEADERS))
  const most = Math.min(channel.digestAbove ?? maxPerRun, maxPerRun)
  if ((await state.notices.countTogether(outlet, new Date(clock.now()))) <= most) {
    return drain(
      draining,
      singly(outlet, notice => post(notice.id, slackMessage(notice))),
    )
  }
  return drainDigest(draining, outlet, digest => post(digest.id, slackDigest(digest)))
}

/** Sends the one message, again within the run while its next attempt is near. */
async function drainDigest(
  draining: Draining,
  outlet: Outlet,
  post: (digest: Digest) => Promise<Sent>,
): Promise<ChannelCounts> {
  const { state, clock, signal } = draining
  const counts: ChannelCounts = { delivered: 0, failed: 0, hasEnded: false, problems: [] }
  let patienceMs = PATIENCE_MS
  while (!signal.aborted) {
    const now = new Date(clock.now())
    const digest = await digestOf(state, outlet, now)
    if (digest.notices === 0) return counts
    await draining.assertHeld?.()
    const sent = await post(digest)
    const settled = await recordDigest(draining, outlet, now, sent)
    counts.delivered += settled.delivered
    counts.failed += settled.failed
    counts.problems = digestProblems(outlet.channel, digest.notices - settled.failed, settled.failed, sent)
    const next = await state.notices.nextAttempt(outlet, now)
    const waitMs = next === null ? Number.POSITIVE_INFINITY : next.getTime() - clock.now()
    if (sent.status === 'delivered' || waitMs > patienceMs) return counts
    patienceMs -= waitMs
    await sleepUnlessStopped(clock, waitMs, signal)
  }
  return counts
}

function digestProblems(channel: string, waiting: number, failed: number, sent: Sent): string[] {
  if (sent.status === 'delivered') return []
  return [
    ...(failed > 0 ? [failedForGood(channel, failed, sent.error)] : []),
    ...(waiting > 0 ? [`${channel}: ${waiting} notices wait for their next attempt: ${sent.error}`] : []),
  ]
}

/** Slack takes a message a second or so, in the order in which they come. */
const singly = (outlet: Outlet, post: (notice: OutboxNotice) => Promise<Sent>): Sender => ({
  outlet,
  batchSize: () => 1,
  isOneRequest: true,
  marksBefore: false,
  send: batch => Promise.all(batch.map(post)),
})

/** What became of the one message became of all that it tells: all or nothing, however many they are. */
async function recordDigest(
  draining: Draining,
  outlet: Outlet,
  now: Date,
  sent: Sent,
): Promise<{ delivered: number; failed: number }> {
  const { state, clock } = draining
  const at = clock.now()
  const together = withOneLuck(draining)
  const counts = { delivered: 0, failed: 0 }
  await state.transaction(async inside => {
    for await (const notices of inside.notices.pagesTogether(outlet, now)) {
      const outcomes = notices.map(notice => outcomeOf(together, notice, { ...sent, id: notice.id }, at))
      await inside.notices.record(outcomes, new Date(at))
      counts.delivered += outcomes.filter(({ status }) => status === 'delivered').length
      counts.failed += outcomes.filter(({ status }) => status === 'failed').length
    }
  })
  return counts
}
