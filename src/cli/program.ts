import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { z } from 'zod'
import { shippedFile } from '../config/init/shipped.ts'
import { checkCommand } from './commands/check.ts'
import { compareCommand } from './commands/compare.ts'
import { demoCommand } from './commands/demo.ts'
import { explainCommand } from './commands/explain.ts'
import { forgetCommand } from './commands/forget.ts'
import { initCommand } from './commands/init.ts'
import { linksCommand } from './commands/links.ts'
import { noticesCommand } from './commands/notices.ts'
import { planCommand } from './commands/plan.ts'
import { rejectionsCommand } from './commands/rejections.ts'
import { revertCommand } from './commands/revert.ts'
import { runsCommand } from './commands/runs.ts'
import { sampleCommand } from './commands/sample.ts'
import { sandboxCommand } from './commands/sandbox.ts'
import { scoreCommand } from './commands/score.ts'
import { segmentsCommand } from './commands/segments.ts'
import { serveCommand } from './commands/serve.ts'
import { setupCommand } from './commands/setup.ts'
import { syncCommand } from './commands/sync.ts'
import type { Act, Context } from './context.ts'
import { group } from './options.ts'
import { visible } from './visible.ts'

/** In the order in which a newcomer meets them. */
const COMMANDS = [
  initCommand,
  checkCommand,
  setupCommand,
  scoreCommand,
  segmentsCommand,
  explainCommand,
  planCommand,
  syncCommand,
  serveCommand,
  linksCommand,
  compareCommand,
  rejectionsCommand,
  noticesCommand,
  runsCommand,
  revertCommand,
  forgetCommand,
  sandboxCommand,
  sampleCommand,
  demoCommand,
]

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong usage or config (nothing done), 3 done in part, 4 another run holds the lease.`

/** The whole command line. */
export function program(context: Context, act: Act): Command {
  const root = group('oql', 'Open source usage signals become qualified leads and adoption stages in a CRM.')
    .version(version())
    .addHelpText('after', EXIT_CODES)
  for (const make of COMMANDS) root.addCommand(make(context, act))
  tame(root, context)
  return root
}

/** Commander writes to our terminal and leaves ending the process to us; what a command inherits must be set on each. */
function tame(command: Command, context: Context): void {
  command.exitOverride().configureOutput({
    writeOut: text => void context.terminal.out(text),
    writeErr: text => context.terminal.err(visible(text)),
  })
  command.showHelpAfterError('(--help shows what it takes)')
  for (const child of command.commands) tame(child, context)
}

function version(): string {
  const text: unknown = JSON.parse(readFileSync(shippedFile('package.json'), 'utf8'))
  return z.object({ version: z.string() }).parse(text).version
}
