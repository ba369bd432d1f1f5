import type { Config } from '../../config/config.ts'
import type { Model } from '../../config/model.ts'
import { type NoticeChannel, noticeChannels } from '../../plan/notices/channels.ts'
import type { NoticeRules } from '../../plan/notices/make-notices.ts'
import type { State } from '../../state/state.ts'

/**
 * What a run's notices are made by. Asked before the run remembers anything: what is silent hangs on what was
 * remembered before.
 */
export async function noticeRules(
  { config, model, asOf, since }: { config: Config; model: Model; asOf: Date; since: Date },
  state: State,
  runId: string,
): Promise<NoticeRules> {
  const isSilent = await silence(config, model, state)
  const context = { model: model.name, labels: model.labels, asOf, consoleUrl: config.serve.url }
  return {
    channels: noticeChannels(config).map(channel => ({ ...channel, isSilent: isSilent(channel) })),
    context,
    segments: config.segments,
    runId,
    at: asOf,
    since,
  }
}

/**
 * Which channels a run leaves silent: all of them where its moves are no news but a new way to look (nothing was
 * remembered before, or it was scored under another model), and those of a connector until its first run has ended.
 *
 * What counts is the run that left the accounts as they stand, not the one that ended last: one that was killed after it
 * remembered its accounts has had its first moves, silently, and what moves after it is news. One that failed before
 * has left nothing, and the next is the first again.
 */
async function silence(
  { notices, connectors }: Config,
  model: Model,
  state: State,
): Promise<(channel: NoticeChannel) => boolean> {
  if (notices.onFirstRun === 'notify') return () => false
  const last = await state.runs.lastRemembered()
  if (last === undefined || last.model.hash !== model.hash) return () => true
  const inTheirFirst = new Set<string>()
  for (const name of Object.keys(connectors)) {
    if (!(await state.connectors.get(name)).firstRunDone) inTheirFirst.add(name)
  }
  return ({ connector }) => connector !== null && inTheirFirst.has(connector)
}
