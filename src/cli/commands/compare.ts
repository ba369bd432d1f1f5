import { Option } from 'commander'
import { EXIT } from '../../domain/errors.ts'
import { type Comparison, compare, OTHERS, type Other } from '../../run/compare/compare.ts'
import { connectorNamed } from '../connector-named.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command, wholeNumber } from '../options.ts'
import { renderComparison } from '../render-comparison.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'

interface Options extends CommonOptions {
  with: Other
  connector?: string
  top?: number
}

/** Differences where nobody says how many: a screen. */
const DIFFERENCES_SHOWN = 25

const NOTE = `
Run it before a mapping of yours writes the field that is compared (mappings/*.scarf.yaml do): what a sync of ours wrote
there is left out, or it would agree with itself.`

export const compareCommand = (context: Context, act: Act) =>
  command('compare', 'compare our stages with those that are in the CRM already; writes nothing, anywhere')
    .addOption(
      new Option('--with <whom>', 'who put them there').choices(Object.keys(OTHERS)).makeOptionMandatory(),
    )
    .option(
      '--connector <name>',
      'the CRM to look in; the first of the config that has the field when left out',
    )
    .addOption(new Option('--top <n>', 'so many differences at most, best first').argParser(wholeNumber(1)))
    .addHelpText('after', NOTE)
    .action(
      act(async (options: Options) => {
        const opened = await openConfig(context, options.config)
        const { connectors } = opened.config
        const entries =
          options.connector === undefined
            ? Object.values(connectors)
            : [connectorNamed(opened.config, options.connector)]
        const surroundings = { ...(options.asOf && { asOf: options.asOf }), signal: NEVER_STOPPED }
        const compared = await withSurroundings(context, opened, surroundings, run =>
          compare(run, entries, options.with),
        )
        await print(context, options, compared)
        return EXIT.done
      }),
    )

async function print({ terminal }: Context, { json, top, with: other }: Options, compared: Comparison) {
  if (json) {
    const { agree, differ, differences, ...rest } = compared
    await printJson(terminal, { agree, differ, ...rest, differences: differences.slice(0, top) })
  } else {
    const { name } = OTHERS[other]
    await terminal.out(renderComparison(terminal, compared, { name, most: top ?? DIFFERENCES_SHOWN }))
  }
}
