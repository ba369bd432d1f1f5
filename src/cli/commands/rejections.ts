import { EXIT, UserError } from '../../domain/errors.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'
import { inLease } from '../../run/in-lease.ts'
import { readState } from '../../run/read-state.ts'
import type { Rejection } from '../../state/rejections.ts'
import type { State } from '../../state/state.ts'
import type { Act, Context } from '../context.ts'
import { printJson, streamJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command, group } from '../options.ts'
import { table } from '../table.ts'
import { count, counted, day } from '../words.ts'

interface RetryOptions extends CommonOptions {
  all?: true
}

export const rejectionsCommand = (context: Context, act: Act) =>
  group('rejections', 'changes that a CRM refused, and what to do about them')
    .addCommand(
      command('list', 'what is refused, and why').action(
        act((options: CommonOptions) => list(context, options)),
      ),
      { isDefault: true },
    )
    .addCommand(
      command('retry', 'the next sync sends them again')
        .argument('[key...]', 'as `list` shows them')
        .option('--all', 'every one that is not dismissed')
        .action(act((keys: string[], options: RetryOptions) => retry(context, keys, options))),
    )
    .addCommand(
      command('dismiss', 'not sent again until the change differs')
        .argument('<key...>', 'as `list` shows them')
        .action(act((keys: string[], options: CommonOptions) => dismiss(context, keys, options))),
    )

/** Rows of the table; `--json` streams all. */
const ROWS_SHOWN = 100

async function list(context: Context, options: CommonOptions) {
  const { terminal } = context
  const { config } = await openConfig(context, options.config)
  await readState(config, async state => {
    if (options.json) return streamJson(terminal, {}, { rejections: shown(state) })
    const rows: string[][] = []
    let total = 0
    for await (const rejection of state.rejections.list()) {
      total++
      if (rows.length < ROWS_SHOWN) rows.push(row(rejection))
    }
    if (total === 0) return terminal.out('Nothing is refused.\n')
    const more = total > ROWS_SHOWN ? `… and ${count(total - ROWS_SHOWN)} more; --json has all of them\n` : ''
    return terminal.out(`${table(terminal, COLUMNS, rows)}${more}\n${NEXT}`)
  })
  return EXIT.done
}

async function* shown(state: State) {
  for await (const {
    key,
    connector,
    domain,
    reason,
    code,
    field,
    since,
    status,
    attempts,
  } of state.rejections.list()) {
    yield { key, connector, domain, reason, code, field, since: isoSecond(since), status, attempts }
  }
}

const COLUMNS = [
  { head: 'key' },
  { head: 'since' },
  { head: 'status' },
  { head: 'field' },
  { head: 'reason', fills: true },
] as const

const row = ({ key, since, status, field, reason }: Rejection): string[] => [
  key,
  day(since),
  status,
  field ?? '',
  reason,
]

const NEXT = `Mend the record or the CRM's rule, then: oql rejections retry KEY (or --all), and oql sync.
A changed value is sent by itself. oql rejections dismiss KEY stops asking.\n`

async function retry(context: Context, keys: readonly string[], { all, config: file, json }: RetryOptions) {
  const { terminal, clock } = context
  if ((all === true) === keys.length > 0) {
    throw new UserError('rejections retry takes either keys or --all', {
      exitCode: EXIT.usage,
      hint: 'oql rejections lists the keys.',
    })
  }
  const { config } = await openConfig(context, file)
  const marked = await inLease(config, new Date(clock.now()), async state =>
    all ? state.rejections.retryAll() : (await markAll(state, keys, 'retry')).length,
  )
  if (json) await printJson(terminal, { retry: marked })
  else await terminal.out(`${counted(marked, 'change')} will be sent again by the next sync.\n`)
  return EXIT.done
}

async function dismiss(context: Context, keys: readonly string[], { config: file, json }: CommonOptions) {
  const { terminal, clock } = context
  const { config } = await openConfig(context, file)
  const marked = await inLease(config, new Date(clock.now()), state => markAll(state, keys, 'dismissed'))
  if (json) await printJson(terminal, { dismissed: marked.length })
  else await terminal.out(`${counted(marked.length, 'change')} will not be sent again until it differs.\n`)
  return EXIT.done
}

/** All of the keys, or none where one of them is not there. */
function markAll(state: State, keys: readonly string[], status: 'retry' | 'dismissed'): Promise<string[]> {
  return state.transaction(async inside => {
    const marked = new Set(await inside.rejections.mark(keys, status))
    const unknown = keys.filter(key => !marked.has(key))
    if (unknown.length > 0) {
      throw new UserError(`nothing that is refused has the key ${unknown.join(', ')}; nothing was changed`, {
        exitCode: EXIT.usage,
        hint: 'oql rejections lists the keys, such as hubspot/acme.com.',
      })
    }
    return [...marked]
  })
}
