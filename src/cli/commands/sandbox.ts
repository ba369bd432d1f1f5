import { once } from 'node:events'
import path from 'node:path'
import { Option } from 'commander'
import { startSandbox } from '../../delivery/session/start-sandbox.ts'
import { EXIT } from '../../domain/errors.ts'
import { sampleCompanies } from '../../sample/sample-companies.ts'
import { SAMPLE_DEFAULTS } from '../../sample/write-sample.ts'
import { makeDirectory } from '../../store/make-directory.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { type CommonOptions, command, wholeNumber } from '../options.ts'
import { sandboxEnvironment, sandboxPort } from '../sandbox-environment.ts'

interface Options extends CommonOptions {
  port?: number
  companies?: number
  seed: number
  file?: string
  account?: string
  unlimited?: true
  batchErrors?: string
  contactCompanies?: true
}

export const sandboxCommand = (context: Context, act: Act) =>
  command('sandbox', 'start a stand-in of a CRM on this machine; Ctrl-C ends it')
    .argument('[connector]', 'which CRM: hubspot or salesforce', 'hubspot')
    .addOption(
      new Option(
        '--port <n>',
        '0 picks a free one; the one that config/oql.yaml names when left out',
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      new Option(
        '--companies <n>',
        'companies that are there; those that fit `oql sample` when left out',
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      new Option('--seed <n>', 'as of `oql sample`').argParser(wholeNumber(0)).default(SAMPLE_DEFAULTS.seed),
    )
    .option('--file <file>', 'keep its records there; in memory when left out')
    .option('--account <id>', 'of another portal or org than the usual one')
    .option('--unlimited', 'no rate limits and no search lag, for measuring')
    .addOption(
      new Option(
        '--batch-errors <how>',
        'of HubSpot: whether one bad record fails a whole batch of updates, or each answers for itself',
      ).choices(['whole', 'each']),
    )
    .option(
      '--contact-companies',
      'of HubSpot: it makes a company of the domain of each new contact, as an account can be set to',
    )
    .action(
      act(async (use: string, options: Options) => {
        const { terminal, stop } = context
        const stopped = stop.gracefully()
        if (options.file !== undefined) await makeDirectory(path.dirname(path.resolve(options.file)))
        const sandbox = await startSandbox(use, {
          port: options.port ?? sandboxPort(use),
          companies: companiesOf(options),
          ...(options.file !== undefined && { file: path.resolve(options.file) }),
          ...(options.account !== undefined && { account: options.account }),
          ...(options.unlimited && { unlimited: true }),
          settings: settingsOf(options),
        })
        const env = sandboxEnvironment(use, sandbox.config)
        if (options.json) await printJson(terminal, { url: sandbox.url, env })
        else await terminal.out(intro(use, sandbox.url, env))
        if (!stopped.aborted) await once(stopped, 'abort')
        await sandbox.close()
        return EXIT.done
      }),
    )

const settingsOf = ({ batchErrors, contactCompanies }: Options): Record<string, string> => ({
  ...(batchErrors !== undefined && { batch_errors: batchErrors }),
  ...(contactCompanies && { contact_companies: 'yes' }),
})

function companiesOf({ companies, seed }: Options) {
  if (companies === undefined) return sampleCompanies({ accounts: SAMPLE_DEFAULTS.accounts, seed })
  // More than half of a sample's accounts are in its CRM: twice as many accounts give enough.
  return companies === 0 ? [] : sampleCompanies({ accounts: 2 * companies, seed }).slice(0, companies)
}

const intro = (use: string, url: string, env: Readonly<Record<string, string>>): string =>
  [
    `A stand-in of ${use} is at ${url}. To use it, in another terminal:`,
    '',
    ...Object.entries(env).map(([name, value]) => `  export ${name}=${value}`),
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n')
