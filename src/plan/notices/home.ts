import type { NoticeAbout } from '../../domain/notice.ts'
import type { CrmChannel } from './channels.ts'

/**
 * The action that notices belong to which are kept under a name that no action has any more: the one that had it, else
 * the only one of its type. Undefined where there is none, or several may be meant.
 * @param channels those of one connector
 */
export function homeOf(
  { channel, about }: { channel: string; about: NoticeAbout },
  channels: readonly CrmChannel[],
): CrmChannel | undefined {
  const alike = channels.filter(one => one.about === about && typeOf(one.channel) === typeOf(channel))
  return (
    alike.find(({ formerly }) => formerly.includes(channel)) ?? (alike.length === 1 ? alike[0] : undefined)
  )
}

/** `hubspot:task` of `hubspot:task:greet`. */
const typeOf = (channel: string): string => channel.slice(0, channel.lastIndexOf(':'))
