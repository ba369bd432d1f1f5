import type { NotifyChannel } from '../config/config.ts'
import type { OutboxNotice } from '../domain/notice.ts'
import { sentBy } from './answer-to-sent.ts'
import { type Poster, REQUESTS_AT_ONCE } from './post.ts'
import type { Sender, Sent } from './sender.ts'
import { webhookBodyOf } from './webhook-body.ts'
import { signerOf } from './webhook-signature.ts'

type WebhookChannel = Extract<NotifyChannel, { use: 'webhook' }>

/** Sends each notice as one signed request (Standard Webhooks); its id is the same at each attempt. */
export function webhookSender(channel: WebhookChannel, poster: Poster, now: () => number): Sender {
  const sign = channel.secret === null ? null : signerOf(channel.secret)
  const post = async (notice: OutboxNotice): Promise<Sent> => {
    const body = JSON.stringify(webhookBodyOf(notice))
    // Of the attempt, not of the change: receivers refuse what is minutes old.
    const at = new Date(now())
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'oql-sync',
      'webhook-id': notice.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      ...(sign === null ? {} : { 'webhook-signature': sign(notice.id, at, body) }),
    }
    return sentBy(notice.id, await poster.post(body, headers))
  }
  return {
    outlet: { channel: channel.name, about: channel.on },
    batchSize: () => REQUESTS_AT_ONCE,
    isOneRequest: false,
    marksBefore: false,
    send: batch => Promise.all(batch.map(post)),
  }
}
