import { EXIT } from '../../domain/errors.ts'
import { type CheckOutcome, check } from '../../run/check/check.ts'
import type { Finding } from '../../run/check/finding.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'
import type { Terminal } from '../terminal.ts'
import { counted, oneLine } from '../words.ts'

export const checkCommand = (context: Context, act: Act) =>
  command('check', 'what is lacking in config, sources, state and CRMs, all of it at once').action(
    act(async (options: CommonOptions) => {
      const { terminal } = context
      const opened = await openConfig(context, options.config)
      const outcome = await withSurroundings(context, opened, { signal: NEVER_STOPPED }, check)
      if (options.json) await printJson(terminal, outcome)
      else await terminal.out(render(terminal, outcome, options.config))
      return outcome.ok ? EXIT.done : EXIT.failed
    }),
  )

function render(terminal: Terminal, { problems, warnings, connectors }: CheckOutcome, file: string): string {
  const { colors } = terminal
  const lines = (findings: readonly Finding[], mark: string) =>
    findings.flatMap(({ where, message, hint }) => [
      `${mark} ${where}: ${oneLine(message)}`,
      ...(hint === null ? [] : [`    ${oneLine(hint)}`]),
    ])
  const reached = Object.entries(connectors).map(([name, { identity }]) =>
    identity === null
      ? `${colors.red('✗')} ${name}: not reached`
      : `${colors.green('✓')} ${name}: ${oneLine(identity)}`,
  )
  const end =
    problems.length === 0
      ? colors.green('Nothing is lacking.')
      : colors.red(`${counted(problems.length, 'thing')} to mend, then \`oql check\` again.`)
  return [
    `${colors.green('✓')} ${file} and the files it names`,
    ...reached,
    ...lines(problems, colors.red('✗')),
    ...lines(warnings, colors.yellow('!')),
    end,
    '',
  ].join('\n')
}
