import { Option } from 'commander'
import { EXIT, UserError } from '../../domain/errors.ts'
import type { NoticeStatus } from '../../domain/notice.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'
import { retryNotices } from '../../run/notices/retry-notices.ts'
import { readState } from '../../run/read-state.ts'
import type { State } from '../../state/state.ts'
import type { Act, Context } from '../context.ts'
import { printJson, streamJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command, group } from '../options.ts'
import { renderNotices } from '../render-notices.ts'
import { counted } from '../words.ts'

const STATUSES = ['pending', 'delivered', 'failed', 'dropped'] as const satisfies readonly NoticeStatus[]

interface ListOptions extends CommonOptions {
  status?: NoticeStatus
}

interface RetryOptions extends CommonOptions {
  all?: true
}

export const noticesCommand = (context: Context, act: Act) =>
  group('notices', 'stage and risk changes on their way to tasks, webhooks and Slack')
    .addCommand(
      command('list', 'what waits, what was delivered, what failed and why')
        .addOption(new Option('--status <status>', 'only these').choices(STATUSES))
        .action(act((options: ListOptions) => list(context, options))),
      { isDefault: true },
    )
    .addCommand(
      command('retry', 'the next sync sends failed ones again: all of them, or these')
        .argument('[id...]', 'as `list` shows them; none: every failed one')
        .option('--all', 'every failed one, as without ids')
        .action(act((ids: string[], options: RetryOptions) => retry(context, ids, options))),
    )

async function list(context: Context, { config: file, json, status }: ListOptions) {
  const { terminal } = context
  const { config } = await openConfig(context, file)
  await readState(config, state =>
    json
      ? streamJson(terminal, {}, { notices: shown(state, status) })
      : renderNotices(terminal, state, status),
  )
  return EXIT.done
}

async function* shown(state: State, status: NoticeStatus | undefined) {
  for await (const notice of state.notices.list(status)) {
    const { id, channel, connector, about, domain, from, to, direction, attempts, error } = notice
    yield {
      id,
      channel,
      connector,
      about,
      domain,
      from,
      to,
      direction,
      status: notice.status,
      attempts,
      error,
      since: isoSecond(notice.since),
    }
  }
}

async function retry(context: Context, ids: readonly string[], { all, config: file, json }: RetryOptions) {
  const { terminal, clock } = context
  if (all === true && ids.length > 0) {
    throw new UserError('notices retry takes either ids or --all', {
      exitCode: EXIT.usage,
      hint: 'oql notices --status failed lists them.',
    })
  }
  const { config } = await openConfig(context, file)
  const again = await retryNotices(config, ids.length === 0 ? 'all' : ids, new Date(clock.now()))
  if (json) await printJson(terminal, { retry: again })
  else await terminal.out(`${counted(again, 'notice')} will be sent again by the next sync.\n`)
  return EXIT.done
}
