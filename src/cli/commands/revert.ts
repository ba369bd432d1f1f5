import { EXIT, type ExitCode } from '../../domain/errors.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { readState } from '../../run/read-state.ts'
import { changesOf, planRevert, type RevertReport, revert } from '../../run/revert.ts'
import { askYes } from '../ask.ts'
import type { Act, Context } from '../context.ts'
import { streamJson } from '../json-document.ts'
import { type Opened, openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { shownChange } from '../planned-changes.ts'
import { renderRevert, renderReverted } from '../render-revert.ts'
import { exitCodeOf } from '../report-exit.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'

interface Options extends CommonOptions {
  yes?: true
}

export const revertCommand = (context: Context, act: Act) =>
  command('revert', 'put our fields back to what they were before a run; asks first on a terminal')
    .argument('<run>', 'its id, as `oql runs` lists it, or `last`')
    .option('--yes', 'do it without asking; elsewhere than on a terminal only this writes')
    .addHelpText('after', KEPT)
    .action(act((id: string, options: Options) => undo(context, id, options)))

const KEPT = `
Records that the run made stay, with our fields on them cleared. A field that somebody, or a later run, changed since is
left alone. The next sync plans these records anew: change the config or the model before it runs.`

async function undo(context: Context, id: string, options: Options): Promise<ExitCode> {
  const opened = await openConfig(context, options.config)
  if (options.yes) return write(context, opened, id, options)
  const { terminal } = context
  const surroundings = { ...options, signal: NEVER_STOPPED }
  const planned = await withSurroundings(context, opened, surroundings, run => planRevert(run, id))
  const { report } = planned
  try {
    const shown = `${await renderReverted(terminal, planned.changes())}\n${renderRevert(terminal, report, 'plan')}`
    if (!terminal.asks || updatesOf(report) === 0) {
      if (options.json) await printAll(context, report, planned.changes())
      else await terminal.out(shown)
      return exitCodeOf(report)
    }
    terminal.err(shown)
  } finally {
    await planned.close()
  }
  if (await askYes(`Put ${updatesOf(report)} records back?`))
    return write(context, opened, report.reverts, options)
  terminal.err('Nothing was written.\n')
  return EXIT.failed
}

const updatesOf = ({ connectors }: RevertReport): number =>
  Object.values(connectors).reduce((sum, { updated }) => sum + updated, 0)

async function write(context: Context, opened: Opened, id: string, options: Options): Promise<ExitCode> {
  const { terminal, stop } = context
  const signal = stop.gracefully()
  signal.addEventListener('abort', () =>
    terminal.err('\nStopping: what is under way is finished and recorded.\n'),
  )
  const report = await withSurroundings(context, opened, { ...options, signal }, run => revert(run, id))
  if (!options.json) await terminal.out(renderRevert(terminal, report, 'done'))
  else await readState(opened.config, state => printAll(context, report, changesOf(state, report)))
  return exitCodeOf(report)
}

const printAll = (
  { terminal }: Context,
  report: RevertReport,
  changes: AsyncIterable<PlannedChange>,
): Promise<void> => streamJson(terminal, { ...report }, { changes: shown(changes) })

async function* shown(changes: AsyncIterable<PlannedChange>) {
  for await (const change of changes) yield shownChange(change)
}
