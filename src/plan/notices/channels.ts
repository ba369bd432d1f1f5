import type { Config, ConnectorEntry, NotifyChannel } from '../../config/config.ts'
import type { Action } from '../../config/mapping.ts'
import type { NoticeAbout } from '../../domain/notice.ts'
import type { When } from '../../domain/when.ts'
import { actionNames } from './action-names.ts'

/** One way that changes of one kind go out. */
export interface NoticeChannel {
  /** `hubspot:task:greet` for an action of a connector's mapping (see `actionName`); the name of a channel of `notify`. */
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
  /** Names under which notices of it may still be kept: by its place in the list, and before it was given a name. */
  formerly: readonly string[]
}

/** What each connector's mapping starts, in the order of the config. */
export const crmChannels = ({
  connectors,
}: {
  connectors: Readonly<Record<string, Pick<ConnectorEntry, 'name' | 'mapping' | 'only'>>>
}): CrmChannel[] =>
  Object.values(connectors).flatMap(({ name, mapping, only }) => {
    const channels = (about: NoticeAbout, actions: readonly Action[]) => {
      const names = actionNames(actions)
      return actions.map((action, place) => {
        const nameOf = (own: string | number) => `${name}:${action.type}:${own}`
        const byCondition = names[place] ?? ''
        return {
          channel: nameOf(action.name ?? byCondition),
          formerly: [...(action.name === undefined ? [] : [nameOf(byCondition)]), nameOf(place)],
          about,
          connector: name,
          when: action.when,
          only,
          action,
        }
      })
    }
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
