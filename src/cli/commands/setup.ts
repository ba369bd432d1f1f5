import path from 'node:path'
import type { ConnectorEntry } from '../../config/config.ts'
import type { SchemaStep } from '../../contract/fields.ts'
import { EXIT, type ExitCode, UserError } from '../../domain/errors.ts'
import { exportSchema } from '../../run/setup/export-schema.ts'
import { setup } from '../../run/setup/setup.ts'
import { askYes } from '../ask.ts'
import { connectorNamed } from '../connector-named.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { type Opened, openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { counted } from '../words.ts'

interface Options extends CommonOptions {
  dryRun?: true
  yes?: true
  export?: string
}

export const setupCommand = (context: Context, act: Act) =>
  command('setup', 'make the CRM fields that the mapping needs; asks first on a terminal')
    .argument('<connector>', 'its name in the config')
    .option('--dry-run', 'show the steps; write nothing')
    .option('--yes', 'do not ask')
    .option('--export <dir>', 'write it as files for an admin to deploy instead; connects to nothing')
    .action(act((name: string, options: Options) => setUp(context, name, options)))

async function setUp(context: Context, name: string, options: Options): Promise<ExitCode> {
  const opened = await openConfig(context, options.config)
  const entry = connectorNamed(opened.config, name)
  return options.export === undefined
    ? setUpInCrm(context, opened, entry, options)
    : exportTo(context, opened, entry, { ...options, export: options.export })
}

async function setUpInCrm(
  context: Context,
  opened: Opened,
  entry: ConnectorEntry,
  options: Options,
): Promise<ExitCode> {
  const { terminal } = context
  const take = (dryRun: boolean) =>
    withSurroundings(context, opened, { signal: NEVER_STOPPED }, run => setup(run, entry, { dryRun }))

  const planned = await take(true)
  const toDo = planned.filter(({ action }) => action !== 'conflict')
  if (options.dryRun || toDo.length === 0) return tell(terminal, planned, options)
  if (terminal.asks && !options.yes) {
    terminal.err(stepsTable(terminal, planned))
    if (!(await askYes(`Take ${counted(toDo.length, 'step')} in ${entry.name}?`))) {
      terminal.err('Nothing was written.\n')
      return EXIT.failed
    }
  }
  return tell(terminal, await take(false), options)
}

async function exportTo(
  { terminal }: Context,
  { config }: Opened,
  entry: ConnectorEntry,
  options: Options & { export: string },
): Promise<ExitCode> {
  if (options.dryRun || options.yes) {
    throw new UserError(
      '--export writes files and nothing in the CRM: it takes neither --dry-run nor --yes',
      {
        exitCode: EXIT.usage,
      },
    )
  }
  const directory = path.resolve(options.export)
  const files = await exportSchema(entry, config.model, directory)
  if (options.json) await printJson(terminal, { files })
  else await terminal.out(exported(entry, directory, files.length))
  return EXIT.done
}

/** How a folder of a CRM is deployed, where we know. */
const DEPLOYING: Readonly<Record<string, string>> = {
  salesforce: 'sf project deploy start --source-dir force-app --target-org YOUR_ORG',
}

function exported({ name, use }: ConnectorEntry, directory: string, files: number): string {
  const how = DEPLOYING[use]
  return [
    `${counted(files, 'file')} written to ${directory}. Nothing was written in ${name}. Next, for an admin:`,
    '',
    `  cd ${shown(directory)}`,
    how === undefined ? '  deploy it in your way' : `  ${how}`,
    '',
    `README.md there says whom to give which permissions; then: oql check.`,
    '',
  ].join('\n')
}

const shown = (directory: string): string => {
  const relative = path.relative('.', directory)
  return relative.startsWith('..') || relative === '' ? directory : relative
}

async function tell(
  terminal: Terminal,
  steps: readonly SchemaStep[],
  { json, dryRun }: Options,
): Promise<ExitCode> {
  const conflicts = steps.filter(({ action }) => action === 'conflict').length
  if (json) await printJson(terminal, { steps })
  else if (steps.length === 0) await terminal.out('Nothing is lacking.\n')
  else {
    const done = steps.filter(step => step.done).length
    const end = dryRun ? 'Nothing was written: this is a dry run.' : `${counted(done, 'step')} done.`
    const clash = conflicts > 0 ? ` ${counted(conflicts, 'conflict')} must be settled by hand.` : ''
    await terminal.out(`${stepsTable(terminal, steps)}\n${end}${clash}\n`)
  }
  return conflicts > 0 ? EXIT.failed : EXIT.done
}

const stepsTable = (terminal: Terminal, steps: readonly SchemaStep[]): string =>
  table(
    terminal,
    [{ head: 'step' }, { head: 'object' }, { head: 'name' }, { head: 'what', fills: true }],
    steps.map(({ action, object, name, detail }) => [action.replaceAll('_', ' '), object, name, detail]),
  )
