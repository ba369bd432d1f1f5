import type { Config, ConnectorEntry, NotifyChannel } from '../config/config.ts'
import type { Action } from '../config/mapping.ts'
import type { NoticeAbout } from '../domain/notice.ts'
import type { When } from '../domain/when.ts'

/** One way that changes of one kind go out. */
export interface NoticeChannel {
  /** `hubspot:task:0` for the first action of a list in a connector's mapping; the name of a channel of `notify`. */
  channel: string
  about: NoticeAbout
  /** Whose confirmation it waits for; null waits for none. */
  connector: string | null
  when: When
  /** Accounts that the channel's connector may touch at all; null is everyone. */
  only: When | null
}

/** An action of a mapping as a channel. */
export interface CrmChannel extends NoticeChannel {
  connector: string
  action: Action
}

/** What each connector's mapping starts, in the order of the config. */
export const crmChannels = ({
  connectors,
}: {
  connectors: Readonly<Record<string, Pick<ConnectorEntry, 'name' | 'mapping' | 'only'>>>
}): CrmChannel[] =>
  Object.values(connectors).flatMap(({ name, mapping, only }) => {
    const channels = (about: NoticeAbout, actions: readonly Action[]) =>
      actions.map((action, index) => ({
        channel: `${name}:${action.type}:${index}`,
        about,
        connector: name,
        when: action.when,
        only,
        action,
      }))
    return [...channels('stage', mapping.onStageChange), ...channels('risk', mapping.onRiskChange)]
  })

/** A channel of `notify`: everyone's changes go there, whomever its connector may touch. */
export const notifyChannel = ({ name, on, after, when }: NotifyChannel): NoticeChannel => ({
  channel: name,
  about: on,
  connector: after,
  when,
  only: null,
})

/** Every channel of the config. */
export const noticeChannels = (config: Pick<Config, 'connectors' | 'notify'>): NoticeChannel[] => [
  ...crmChannels(config),
  ...config.notify.map(notifyChannel),
]
