import type { ConnectorEntry } from '../../config/config.ts'
import { EXIT, type ExitCode } from '../../domain/errors.ts'
import { bestAccounts, firstAmbiguous, movesOfRun, shownInCrm } from '../../run/after-run.ts'
import { type Plan, plan } from '../../run/plan.ts'
import { readState } from '../../run/read-state.ts'
import type { RunReport } from '../../run/report.ts'
import { setup } from '../../run/setup.ts'
import { sync } from '../../run/sync.ts'
import { startOfDay } from '../commands/sample.ts'
import type { Context } from '../context.ts'
import { showProgress } from '../progress.ts'
import { exitCodeOf } from '../report-exit.ts'
import { withSurroundings } from '../run-surroundings.ts'
import { counted } from '../words.ts'
import { makeSampleData } from './sample-data.ts'
import { type StandIn, startStandIn } from './stand-in.ts'
import {
  callsInWords,
  leadsTable,
  movesTable,
  nextCommands,
  planLine,
  recordTable,
  runLines,
} from './tell.ts'

const LEADS_SHOWN = 8
const MOVES_SHOWN = 5
/** So long ago the story begins, so that stages have moved since. */
const EARLIER_MS = 7 * 86_400_000

/** The whole way on made-up data and a stand-in of HubSpot: signals, scores, plan, sync, and what came of it. */
export async function runDemo(context: Context, configFile: string): Promise<ExitCode> {
  const standIn = await startStandIn(context, configFile)
  try {
    return await tellTheStory(context, standIn)
  } finally {
    await standIn.sandbox.close()
  }
}

async function tellTheStory(context: Context, standIn: StandIn): Promise<ExitCode> {
  const { terminal, clock } = context
  const { config } = standIn.opened
  const heading = (text: string) => terminal.out(`\n${terminal.colors.bold(text)}\n`)
  const entry = config.connectors.hubspot
  if (entry === undefined) throw new Error('the shipped config has no connector hubspot')

  await heading(
    'OQL Sync, on SYNTHETIC signals of made-up companies and a stand-in of HubSpot on this machine',
  )
  await prepare(context, standIn, entry)
  const first = (await readState(config, state => state.runs.lastAsOf())) === null
  if (first) {
    const earlier = await runSync(context, standIn, new Date(startOfDay(clock.now()).getTime() - EARLIER_MS))
    await terminal.out(`A first sync, as of a week ago: ${callsInWords(earlier)}\n`)
  }

  await heading('Plan: what a sync would do now')
  await terminal.out(planLine(await planNow(context, standIn)))

  await heading('Sync')
  const report = await runSync(context, standIn)
  await terminal.out(runLines(report))
  await showResults(context, standIn, entry, report)

  await heading('The same sync once more')
  const again = await runSync(context, standIn)
  await terminal.out(`Nothing changed since, so nothing is written: ${callsInWords(again)}\n`)
  await showNext(context, standIn, entry)
  return exitCodeOf(report) === EXIT.done ? exitCodeOf(again) : exitCodeOf(report)
}

async function prepare(
  context: Context,
  { opened, sandbox, file }: StandIn,
  entry: ConnectorEntry,
): Promise<void> {
  const { terminal, clock } = context
  const progress = showProgress(terminal, clock)
  const made = await makeSampleData(opened.config, startOfDay(clock.now()), (rows, total) =>
    progress.show('signals made up', rows, total),
  ).finally(progress.clear)
  await terminal.out(
    `Signals   ${made ? 'made up just now' : 'those of the last start'} in ${opened.config.dataDir}\n`,
  )
  await terminal.out(`HubSpot   ${sandbox.url}, its records kept in ${file}\n`)
  const steps = await withSurroundings(context, opened, stoppable(context), run =>
    setup(run, entry, { dryRun: false }),
  )
  const done = steps.filter(step => step.done).length
  await terminal.out(
    `Fields    ${done === 0 ? 'all there' : `${counted(done, 'step')} made what was lacking (oql setup hubspot)`}\n`,
  )
}

const stoppable = ({ stop }: Context) => ({ signal: stop.gracefully() })

const runSync = (context: Context, { opened }: StandIn, asOf?: Date): Promise<RunReport> =>
  withSurroundings(context, opened, { ...stoppable(context), ...(asOf && { asOf }) }, run =>
    sync({ ...run, guarded: true }),
  )

async function planNow(context: Context, { opened }: StandIn): Promise<RunReport> {
  let planned: Plan | null = null
  try {
    planned = await withSurroundings(context, opened, stoppable(context), plan)
    return planned.report
  } finally {
    await planned?.close()
  }
}

async function showResults(
  context: Context,
  { opened }: StandIn,
  entry: ConnectorEntry,
  report: RunReport,
): Promise<void> {
  const { terminal } = context
  const { config } = opened
  const leads = await bestAccounts(config, LEADS_SHOWN)
  await terminal.out(`\n${terminal.colors.bold('Top leads')}\n${leadsTable(terminal, leads)}`)
  const moves = await movesOfRun(config, report.runId, MOVES_SHOWN)
  if (moves.length > 0)
    await terminal.out(`\n${terminal.colors.bold('Stage changes')}\n${movesTable(terminal, moves)}`)
  const shown = await withSurroundings(context, opened, stoppable(context), run =>
    shownInCrm(run, entry, leads),
  )
  if (shown !== null) {
    const title = `${shown.link.domain} as HubSpot shows it (company ${shown.link.remoteId})`
    await terminal.out(`\n${terminal.colors.bold(title)}\n${recordTable(terminal, shown.fields)}`)
  }
}

async function showNext(
  { terminal }: Context,
  { opened, file }: StandIn,
  entry: ConnectorEntry,
): Promise<void> {
  const [lead] = await bestAccounts(opened.config, 1)
  const ambiguous = await firstAmbiguous(opened.config, entry.name)
  await terminal.out(nextCommands(terminal, { lead, ambiguous, file }))
}
