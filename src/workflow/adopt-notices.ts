import type { CrmChannel } from '../plan/notices/channels.ts'
import { homeOf } from '../plan/notices/home.ts'
import type { State } from '../state/state.ts'

/**
 * Gives notices that are kept under a former name of an action to that action: it was given a name, its condition was
 * changed, or an earlier version knew it by its place. Their ids stay, so nothing is told twice.
 * @param channels those of one connector
 */
export async function adoptNotices(
  state: State,
  connector: string,
  channels: readonly CrmChannel[],
): Promise<void> {
  for (const outlet of await state.notices.outlets(connector)) {
    // A channel of `notify` that waits for the connector is none of its actions.
    const isKnown = channels.some(
      ({ channel, about }) => channel === outlet.channel && about === outlet.about,
    )
    const home = isKnown ? undefined : homeOf(outlet, channels)
    if (home !== undefined) await state.notices.rename(outlet, home.channel)
  }
}
