import path from 'node:path'
import type { Account } from '../../domain/account.ts'
import { EXIT, type ExitCode } from '../../domain/errors.ts'
import { readState } from '../../run/read-state.ts'
import { setup } from '../../run/setup/setup.ts'
import { bestAccounts, firstAmbiguous, movesOfRun, shownInCrm } from '../../run/sync/after-run.ts'
import { type Plan, plan } from '../../run/sync/plan.ts'
import type { RunReport } from '../../run/sync/report.ts'
import { sync } from '../../run/sync/sync.ts'
import { startOfDay } from '../commands/sample.ts'
import type { Context } from '../context.ts'
import type { Opened } from '../open-config.ts'
import { showProgress } from '../progress.ts'
import { exitCodeOf } from '../report-exit.ts'
import { withSurroundings } from '../run-surroundings.ts'
import { counted } from '../words.ts'
import { makeSampleData } from './sample-data.ts'
import { type Stage, type StandIn, startStandIns } from './stand-in.ts'
import {
  callLines,
  labelled,
  leadsTable,
  movesTable,
  nextCommands,
  planLines,
  recordTable,
  runLines,
} from './tell.ts'

const LEADS_SHOWN = 8
const MOVES_SHOWN = 5
/** Enough to see what a rep sees; the mapping writes more. */
const FIELDS_SHOWN = 7
/** So long ago the story begins, so that stages have moved since. */
const EARLIER_MS = 7 * 86_400_000

/** The whole way on made-up data and stand-ins of the CRMs: signals, scores, plan, sync, and what came of it. */
export async function runDemo(context: Context, configFile: string): Promise<ExitCode> {
  const stage = await startStandIns(context, configFile)
  try {
    return await tellTheStory(context, stage)
  } finally {
    await stage.close()
  }
}

async function tellTheStory(context: Context, stage: Stage): Promise<ExitCode> {
  const { terminal, clock } = context
  const { config } = stage.opened
  const heading = (text: string) => terminal.out(`\n${terminal.colors.bold(text)}\n`)
  const crms = stage.standIns.map(({ crm }) => crm).join(' and ')

  await heading(`OQL Sync, on SYNTHETIC signals of made-up companies with ${crms} played by this machine`)
  await prepare(context, stage)
  const first = (await readState(config, state => state.runs.lastAsOf())) === null
  if (first) {
    const earlier = await runSync(context, stage, new Date(startOfDay(clock.now()).getTime() - EARLIER_MS))
    await terminal.out(`\nA first sync, as of a week ago:\n${callLines(earlier, stage.standIns)}`)
  }

  await heading('Plan: what a sync would do now')
  await terminal.out(planLines(await planNow(context, stage), stage.standIns))

  await heading('Sync')
  const report = await runSync(context, stage)
  await terminal.out(runLines(report, stage.standIns))
  await showResults(context, stage, report)

  await heading('The same sync once more: nothing changed since, so nothing is written')
  const again = await runSync(context, stage)
  await terminal.out(callLines(again, stage.standIns))
  await showNext(context, stage)
  return exitCodeOf(report) === EXIT.done ? exitCodeOf(again) : exitCodeOf(report)
}

async function prepare(context: Context, { opened, standIns }: Stage): Promise<void> {
  const { terminal, clock } = context
  const progress = showProgress(terminal, clock)
  const made = await makeSampleData(opened.config, startOfDay(clock.now()), (rows, total) =>
    progress.show('signals made up', rows, total),
  ).finally(progress.clear)
  await terminal.out(
    `${labelled('Signals')}${made ? 'made up just now' : 'those of the last start'} in ${opened.config.dataDir}\n`,
  )
  for (const { entry, crm, sandbox, file } of standIns) {
    const steps = await withSurroundings(context, opened, stoppable(context), run =>
      setup(run, entry, { dryRun: false }),
    )
    const done = steps.filter(step => step.done).length
    const fields = done === 0 ? 'fields all there' : `${counted(done, 'step')} of oql setup ${entry.name}`
    await terminal.out(`${labelled(crm)}${sandbox.url}, records in ${path.relative('.', file)}; ${fields}\n`)
  }
}

const stoppable = ({ stop }: Context) => ({ signal: stop.gracefully() })

const runSync = (context: Context, { opened }: Stage, asOf?: Date): Promise<RunReport> =>
  withSurroundings(context, opened, { ...stoppable(context), ...(asOf && { asOf }) }, run =>
    sync({ ...run, guarded: true }),
  )

async function planNow(context: Context, { opened }: Stage): Promise<RunReport> {
  let planned: Plan | null = null
  try {
    planned = await withSurroundings(context, opened, stoppable(context), plan)
    return planned.report
  } finally {
    await planned?.close()
  }
}

async function showResults(context: Context, { opened, standIns }: Stage, report: RunReport): Promise<void> {
  const { terminal } = context
  const { config } = opened
  const leads = await bestAccounts(config, LEADS_SHOWN)
  await terminal.out(`\n${terminal.colors.bold('Top leads')}\n${leadsTable(terminal, leads)}`)
  const moves = await movesOfRun(config, report.runId, MOVES_SHOWN)
  if (moves.length > 0)
    await terminal.out(`\n${terminal.colors.bold('Stage changes')}\n${movesTable(terminal, moves)}`)
  for (const standIn of standIns) await showRecord(context, opened, standIn, leads)
}

/** The best lead that has a record there. */
async function showRecord(
  context: Context,
  opened: Opened,
  { entry, crm }: StandIn,
  leads: readonly Account[],
): Promise<void> {
  const { terminal } = context
  const shown = await withSurroundings(context, opened, stoppable(context), run =>
    shownInCrm(run, entry, leads),
  )
  if (shown === null) return
  const title = `${shown.link.domain} as ${crm} shows it (${shown.link.object} ${shown.link.remoteId})`
  await terminal.out(`\n${terminal.colors.bold(title)}\n${recordTable(terminal, shown.fields, FIELDS_SHOWN)}`)
}

async function showNext({ terminal }: Context, { opened, standIns }: Stage): Promise<void> {
  const [lead] = await bestAccounts(opened.config, 1)
  const ambiguities = await Promise.all(
    standIns.map(({ entry }) => firstAmbiguous(opened.config, entry.name)),
  )
  const ambiguous = ambiguities.find(found => found !== null) ?? null
  await terminal.out(nextCommands(terminal, { lead, ambiguous, standIns }))
}
