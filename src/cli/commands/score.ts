import { Option } from 'commander'
import type { Account } from '../../domain/account.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { STAGES } from '../../domain/stage.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'
import { type AccountJson, accountJson } from '../../run/accounts/account-json.ts'
import { scored } from '../../run/sync/plan.ts'
import { accountFilter, type Narrowing } from '../account-filter.ts'
import { FORMATS, type Format, writeAccounts } from '../account-list.ts'
import type { Act, Context } from '../context.ts'
import { streamJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command, moment, wholeNumber } from '../options.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'
import { count } from '../words.ts'

interface Options extends CommonOptions, Narrowing {
  top?: number
  format: Format
}

/** Rows of a table where nobody says how many: a screen. */
const TABLE_ROWS = 25

export const scoreCommand = (context: Context, act: Act) =>
  command('score', 'score every account, best first; changes nothing')
    .option('--segment <name>', 'only accounts of this segment of the config')
    .addOption(new Option('--stage <stage>', 'only accounts in this stage').choices(STAGES))
    .option('--country <code>', 'only accounts of this country')
    .addOption(new Option('--since <time>', 'only accounts last seen at or after it').argParser(moment))
    .addOption(new Option('--top <n>', 'so many at most').argParser(wholeNumber(1)))
    .addOption(new Option('--format <format>', 'for people or files').choices(FORMATS).default('table'))
    .action(act((options: Options) => score(context, options)))

async function score(context: Context, options: Options) {
  if (options.json && options.format !== 'table') {
    throw new UserError(`--json and --format ${options.format} exclude each other`, { exitCode: EXIT.usage })
  }
  const opened = await openConfig(context, options.config)
  const surroundings = { ...(options.asOf && { asOf: options.asOf }), signal: NEVER_STOPPED }
  const { state, model, asOf, wanted } = await withSurroundings(context, opened, surroundings, async run => ({
    // The filter first: a segment that is not there is told before the work.
    wanted: accountFilter(options, run),
    model: run.model,
    asOf: run.asOf,
    ...(await scored(run)),
  }))
  try {
    const found = { total: 0 }
    const unlimited = options.json || options.format !== 'table'
    const most = options.top ?? (unlimited ? Number.POSITIVE_INFINITY : TABLE_ROWS)
    const accounts = best(state.accounts.bestFirst(), wanted, most, found)
    if (options.json) {
      const head = { asOf: isoSecond(asOf), model: { name: model.name, hash: model.hash } }
      await streamJson(context.terminal, head, { accounts })
    } else await writeAccounts(context.terminal, options.format, accounts)
    if (found.total === 0 && !options.json) context.terminal.err('No account is like that.\n')
    if (found.total > most && options.top === undefined) {
      context.terminal.err(`The best ${count(most)}; --top shows more, --format csv and --json all.\n`)
    }
    return EXIT.done
  } finally {
    await state.close()
  }
}

/** The first `most` that are wanted; `found` tells whether there are more. */
async function* best(
  accounts: AsyncIterable<Account>,
  wanted: (account: Account) => boolean,
  most: number,
  found: { total: number },
): AsyncGenerator<AccountJson> {
  for await (const account of accounts) {
    if (!wanted(account)) continue
    found.total++
    if (found.total > most) return
    yield accountJson(account)
  }
}
