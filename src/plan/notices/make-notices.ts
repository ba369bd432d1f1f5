import { v5 as uuidOf } from 'uuid'
import type { Account } from '../../domain/account.ts'
import { MAPPABLE, type Value } from '../../domain/mappable.ts'
import type { NoticeAbout, OutboxNotice } from '../../domain/notice.ts'
import type { Direction } from '../../domain/stage.ts'
import { holds } from '../../domain/when.ts'
import { lookupFor, type Segments, withMove } from '../values/condition-values.ts'
import { mappableValues, type ValueContext } from '../values/mappable-values.ts'
import type { NoticeChannel } from './channels.ts'

/** A stage or risk change of one account, as its step made it. */
export interface AccountChange {
  about: NoticeAbout
  from: string | null
  to: string | null
  /** Of a stage change. */
  direction: Direction | null
}

/** What notices of one run are made by. */
export interface NoticeRules {
  channels: readonly (NoticeChannel & { isSilent: boolean })[]
  context: ValueContext
  segments: Segments
  runId: string
  /** `as_of` of the step. */
  at: Date
  /** By the clock. */
  since: Date
}

export interface MadeNotices {
  notices: OutboxNotice[]
  /** Those that a silent channel would have had: nobody is told, so nothing is kept of them but their number. */
  silenced: number
}

/** One notice for each change and each channel that wants to hear of it. */
export function noticesFor(
  account: Account,
  changes: readonly AccountChange[],
  rules: NoticeRules,
): MadeNotices {
  const made: MadeNotices = { notices: [], silenced: 0 }
  if (changes.length === 0 || rules.channels.length === 0) return made
  const lookup = lookupFor(account, rules.context, rules.segments)
  let content: OutboxNotice['content'] | undefined
  for (const change of changes) {
    const move = withMove(lookup, change)
    for (const channel of rules.channels) {
      if (channel.about !== change.about) continue
      if (channel.only !== null && !holds(channel.only, lookup)) continue
      if (!holds(channel.when, move)) continue
      if (channel.isSilent) {
        made.silenced++
        continue
      }
      content ??= contentOf(account, rules.context)
      made.notices.push(noticeFor(account.domain, change, channel, content, rules))
    }
  }
  return made
}

function noticeFor(
  domain: string,
  change: AccountChange,
  { channel, connector }: NoticeChannel,
  content: OutboxNotice['content'],
  { runId, at, since }: NoticeRules,
): OutboxNotice {
  return {
    id: noticeId(channel, domain, at, change),
    channel,
    connector,
    domain,
    at,
    runId,
    ...change,
    content,
    status: 'pending',
    isDue: connector === null,
    isTried: false,
    attempts: 0,
    nextAttemptAt: null,
    error: null,
    since,
    settledAt: null,
  }
}

/** Names no secret: it keeps our ids apart from other people's. */
const NAMESPACE = '5a0c6f0e-3f0b-4c58-9f6e-1d0d0c7a9b52'

/** The same change on the same channel gives the same id: 36 characters that fit a URL, a header and a CRM's field. */
const noticeId = (channel: string, domain: string, at: Date, change: AccountChange): string =>
  uuidOf(JSON.stringify([channel, domain, change.about, at.toISOString(), change.from, change.to]), NAMESPACE)

function contentOf(account: Account, context: ValueContext): Readonly<Record<string, Value>> {
  const valueNamed = mappableValues(account, context)
  return Object.fromEntries([...MAPPABLE.keys()].map(name => [name, valueNamed(name)]))
}
