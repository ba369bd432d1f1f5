import { EXIT } from '../../domain/errors.ts'
import { scored } from '../../run/sync/plan.ts'
import { accountFilter } from '../account-filter.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'
import { table } from '../table.ts'
import { count } from '../words.ts'

export const segmentsCommand = (context: Context, act: Act) =>
  command('segments', 'count the accounts of each segment of the config').action(
    act(async (options: CommonOptions) => {
      const { terminal } = context
      const opened = await openConfig(context, options.config)
      const segments = await countMembers(context, opened, options)
      if (options.json) await printJson(terminal, { segments })
      else if (segments.length === 0) {
        await terminal.out(
          'The config has no segments. One is a named condition:\n\nsegments:\n  big: { signals_30: ">= 100" }\n',
        )
      } else {
        const rows = segments.map(({ name, accounts }) => [name, count(accounts)])
        await terminal.out(table(terminal, [{ head: 'segment' }, { head: 'accounts', align: 'right' }], rows))
      }
      return EXIT.done
    }),
  )

async function countMembers(
  context: Context,
  opened: Awaited<ReturnType<typeof openConfig>>,
  { asOf }: CommonOptions,
): Promise<{ name: string; accounts: number }[]> {
  const names = Object.keys(opened.config.segments)
  if (names.length === 0) return []
  const surroundings = { ...(asOf && { asOf }), signal: NEVER_STOPPED }
  return withSurroundings(context, opened, surroundings, async run => {
    const segments = names.map(name => ({
      name,
      accounts: 0,
      has: accountFilter({ segment: name }, run),
    }))
    const { state } = await scored(run)
    try {
      for await (const account of state.accounts.byDomain()) {
        for (const segment of segments) if (segment.has(account)) segment.accounts++
      }
    } finally {
      await state.close()
    }
    return segments.map(({ name, accounts }) => ({ name, accounts }))
  })
}
