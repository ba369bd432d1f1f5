import { EXIT } from '../../domain/errors.ts'
import { STAGE_LABELS } from '../../domain/stage.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'
import { readState } from '../../run/read-state.ts'
import { runCalled } from '../../run/run-called.ts'
import type { RunReport } from '../../run/sync/report.ts'
import type { StageChange } from '../../state/moves.ts'
import type { Run } from '../../state/runs.ts'
import type { State } from '../../state/state.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command, group } from '../options.ts'
import { isReport, renderReport } from '../render-report.ts'
import { isRevertReport, renderRevert } from '../render-revert.ts'
import { table } from '../table.ts'
import { count, minute } from '../words.ts'

/** The newest; what is older than `retention.runs` is not kept anyway. */
const RUNS_LISTED = 100
const MOVES_SHOWN = 20

export const runsCommand = (context: Context, act: Act) =>
  group('runs', 'what earlier runs did')
    .addCommand(
      command('list', 'the newest runs first').action(
        act((options: CommonOptions) => list(context, options)),
      ),
      { isDefault: true },
    )
    .addCommand(
      command('show', 'one run, with its stage changes')
        .argument('<run>', 'its id, or `last`')
        .action(act((id: string, options: CommonOptions) => show(context, id, options))),
    )

async function list(context: Context, options: CommonOptions) {
  const { terminal } = context
  const { config } = await openConfig(context, options.config)
  const runs = await readState(config, state => state.runs.list(RUNS_LISTED))
  if (options.json) await printJson(terminal, { runs: runs.map(runJson) })
  else if (runs.length === 0) await terminal.out('No run yet: oql sync\n')
  else await terminal.out(table(terminal, COLUMNS, runs.map(runRow)))
  return EXIT.done
}

async function show(context: Context, id: string, options: CommonOptions) {
  const { terminal } = context
  const { config } = await openConfig(context, options.config)
  const { run, moves } = await readState(config, state => find(state, id))
  if (options.json) await printJson(terminal, { runs: [runJson(run)] })
  else {
    const { report } = run
    if (isReport(report))
      await terminal.out(`${renderReport(terminal, report, 'sync')}${undoing(run.id, report)}`)
    else await terminal.out(isRevertReport(report) ? renderRevert(terminal, report, 'done') : unfinished(run))
    if (moves.length > 0) await terminal.out(`\n${movesTable(terminal, moves)}`)
  }
  return EXIT.done
}

async function find(state: State, id: string): Promise<{ run: Run; moves: StageChange[] }> {
  const run = await runCalled(state, id)
  const moves: StageChange[] = []
  for await (const move of state.moves.stagesOfRun(run.id)) {
    moves.push(move)
    if (moves.length > MOVES_SHOWN) break
  }
  return { run, moves }
}

/** The report, where the run came to one, and what is known of every run. */
const runJson = (run: Run) => ({
  runId: run.id,
  status: run.status,
  asOf: isoSecond(run.asOf),
  startedAt: isoSecond(run.startedAt),
  finishedAt: run.finishedAt === null ? null : isoSecond(run.finishedAt),
  ...(typeof run.report === 'object' ? run.report : {}),
})

const COLUMNS = [
  { head: 'run' },
  { head: 'started (UTC)' },
  { head: 'status' },
  { head: 'accounts', align: 'right' },
  { head: 'stage changes', align: 'right' },
  { head: 'created', align: 'right' },
  { head: 'updated', align: 'right' },
  { head: 'writes', align: 'right' },
] as const

function runRow({ id, startedAt, status, report }: Run): string[] {
  const known = [id, minute(startedAt), status]
  if (!isReport(report) && !isRevertReport(report)) return [...known, '', '', '', '', '']
  const connectors = Object.values(report.connectors)
  const sum = (of: (connector: (typeof connectors)[number]) => number) =>
    count(connectors.reduce((total, connector) => total + of(connector), 0))
  return [
    ...known,
    ...(isReport(report)
      ? [count(report.accounts.scored), count(report.stageChanges.total)]
      : ['revert', '']),
    sum(({ created }) => created),
    sum(({ updated }) => updated),
    sum(({ calls }) => calls.write),
  ]
}

/** Where a run that wrote something can be taken back. */
function undoing(id: string, { connectors }: RunReport): string {
  const wrote = Object.values(connectors).some(({ created, updated }) => created + updated > 0)
  return wrote ? `\noql revert ${id} puts back what it wrote\n` : ''
}

function unfinished({ id, status, startedAt, report }: Run): string {
  const error =
    typeof report === 'object' && report !== null && 'error' in report ? String(report.error) : null
  const why =
    status === 'running' ? 'is under way' : `${status}: ${error ?? 'its process ended before it did'}`
  return `Run ${id}, started ${minute(startedAt)} UTC, ${why}\n`
}

function movesTable(terminal: Context['terminal'], moves: readonly StageChange[]): string {
  const rows = moves
    .slice(0, MOVES_SHOWN)
    .map(({ domain, from, to, reason }) => [
      domain,
      from === null ? 'new' : STAGE_LABELS[from],
      STAGE_LABELS[to],
      reason,
    ])
  const drawn = table(
    terminal,
    [{ head: 'account' }, { head: 'from' }, { head: 'to' }, { head: 'reason', fills: true }],
    rows,
  )
  return moves.length > MOVES_SHOWN ? `${drawn}… and more\n` : drawn
}
