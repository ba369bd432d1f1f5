import path from 'node:path'
import { Option } from 'commander'
import { EXIT } from '../../domain/errors.ts'
import { SAMPLE_FORMATS, type SampleFormat } from '../../sample/export-files.ts'
import { SAMPLE_DEFAULTS, writeSample } from '../../sample/write-sample.ts'
import { writingThere } from '../../store/file-faults.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { type CommonOptions, command, moment, wholeNumber } from '../options.ts'
import { showProgress } from '../progress.ts'
import { counted } from '../words.ts'

interface Options extends CommonOptions {
  accounts: number
  signals: number
  seed: number
  days: number
  until?: Date
  format: SampleFormat
}

const number = (flags: string, description: string, preset: number, least = 1) =>
  new Option(flags, description).argParser(wholeNumber(least)).default(preset)

export const sampleCommand = (context: Context, act: Act) =>
  command('sample', 'write synthetic exports in the shape of Scarf’s, to try things with')
    .argument('<dir>', 'new, empty, or of an earlier sample')
    .addOption(number('--accounts <n>', 'companies', SAMPLE_DEFAULTS.accounts))
    .addOption(number('--signals <n>', 'rows of all files together', SAMPLE_DEFAULTS.signals))
    .addOption(number('--seed <n>', 'another seed, other companies', SAMPLE_DEFAULTS.seed, 0))
    .addOption(number('--days <n>', 'days before --until', SAMPLE_DEFAULTS.days))
    .addOption(
      new Option('--until <time>', 'no signal at or after it; today 00:00 UTC when left out').argParser(
        moment,
      ),
    )
    .addOption(new Option('--format <format>', 'of the files').choices(SAMPLE_FORMATS).default('csv.gz'))
    .action(
      act(async (directory: string, options: Options) => {
        const { terminal, clock, stop } = context
        const { accounts, signals, seed, days, format } = options
        const until = options.until ?? startOfDay(clock.now())
        const progress = showProgress(terminal, clock)
        const written = await writingThere(() =>
          writeSample(
            {
              directory: path.resolve(directory),
              accounts,
              signals,
              seed,
              days,
              until,
              format,
              signal: stop.gracefully(),
            },
            ({ rows, totalRows }) => progress.show('signals made up', rows, totalRows),
          ),
        ).finally(progress.clear)
        if (options.json) await printJson(terminal, { directory, synthetic: true, seed, until, ...written })
        else {
          await terminal.out(
            `${counted(written.rows, 'SYNTHETIC signal')} of ${counted(written.accounts, 'made-up company', 'made-up companies')} in ${counted(written.files, 'file')}: ${directory}\n`,
          )
        }
        return EXIT.done
      }),
    )

const DAY_MS = 86_400_000

/** 00:00 UTC of the day. */
export const startOfDay = (time: number): Date => new Date(Math.floor(time / DAY_MS) * DAY_MS)
