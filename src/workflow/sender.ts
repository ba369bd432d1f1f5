import type { OutboxNotice } from '../domain/notice.ts'
import type { Outlet } from '../state/outbox/outlet.ts'

/** What a channel made of one notice. */
export type Sent = { id: string } & (
  | { status: 'delivered' }
  /** The same again would fail again. */
  | { status: 'failed'; error: string }
  /** `pauseMs`: the receiver wants nothing at all for so long. */
  | { status: 'again'; error: string; pauseMs?: number }
  | { status: 'unlinked'; error: string }
)

/** The way to one receiver. */
export interface Sender {
  outlet: Outlet
  /** Most notices in one `send`; they are of different accounts. */
  batchSize(): number
  /** A batch goes in one request: what befalls that is one attempt, however many notices it tells. */
  isOneRequest: boolean
  /** A notice sent twice may be told twice, so that it was sent at all is recorded before. */
  marksBefore: boolean
  /** One answer for each notice. @throws ChannelEnded where nothing more can be sent in this run */
  send(batch: readonly OutboxNotice[]): Promise<Sent[]>
}

/** A channel can't go on in this run: what it has not delivered waits, and no attempt is counted. */
export class ChannelEnded extends Error {}
