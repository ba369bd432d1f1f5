import { Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../domain/errors.ts'
import { parseAsOf } from '../run/as-of.ts'

/** What every command takes. */
export interface CommonOptions {
  config: string
  json?: true
  asOf?: Date
}

const DEFAULT_CONFIG = 'config/oql.yaml'

/** A command with the options that all have. */
export const command = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .addOption(new Option('--config <file>', 'the main config file').default(DEFAULT_CONFIG))
    .addOption(new Option('--json', 'one JSON document on stdout; logs and errors on stderr'))
    .addOption(
      new Option('--as-of <time>', 'a date (its 00:00 UTC) or a time; now when left out').argParser(moment),
    )

/**
 * A command that only has others below it: `oql` itself, and such as `oql links`. Wherever the options that all have
 * stand, commander gives them to the topmost command that knows them, this one: it hands them on to the one that is run.
 */
export const group = (name: string, description: string): Command =>
  command(name, description).hook('preAction', (above, run) => {
    for (const option of Object.keys(above.opts())) {
      if (above.getOptionValueSource(option) !== 'cli') continue
      run.setOptionValueWithSource(option, above.getOptionValue(option), 'cli')
    }
  })

export function moment(text: string): Date {
  try {
    return parseAsOf(text)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new InvalidArgumentError('It must be a date (2026-11-24) or a time (2026-11-24T06:00:00Z).')
  }
}

/** A parser of whole numbers from `least` on. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const number = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`)
  }
