import { access, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Option } from 'commander'
import { CRMS, type Crm } from '../../config/init/chosen-connectors.ts'
import { initFiles, PRESETS, type Preset } from '../../config/init/init-files.ts'
import { EXIT } from '../../domain/errors.ts'
import { writingThere } from '../../store/file-faults.ts'
import { makeDirectory } from '../../store/make-directory.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { type CommonOptions, command } from '../options.ts'

interface Options extends CommonOptions {
  crm: Crm | 'both'
  preset?: Preset
}

export const initCommand = (context: Context, act: Act) =>
  command('init', 'write config, mapping and model, with comments; what is there is kept')
    .argument('[dir]', 'where', '.')
    .addOption(
      new Option('--crm <name>', 'the CRM that the config leads to; the other one stands there as comments')
        .choices([...CRMS, 'both'])
        .default('hubspot'),
    )
    .addOption(
      new Option('--preset <name>', 'map to the fields that hosted Scarf fills instead of our own').choices(
        PRESETS,
      ),
    )
    .action(
      act(async (directory: string, options: Options) => {
        const { terminal } = context
        const crms = options.crm === 'both' ? CRMS : [options.crm]
        const { written, kept } = await writingThere(async () =>
          writeNew(await initFiles(directory, crms, options.preset)),
        )
        if (options.json) await printJson(terminal, { written, kept })
        else {
          await terminal.out(
            [
              ...written.map(file => `wrote  ${shown(file)}\n`),
              ...kept.map(file => `kept   ${shown(file)} (it was there)\n`),
              nextSteps(directory, crms),
            ].join(''),
          )
        }
        return EXIT.done
      }),
    )

const shown = (file: string): string => path.relative('.', file)

/** Writes the files that are not there. */
async function writeNew(files: ReadonlyMap<string, string>) {
  const written: string[] = []
  const kept: string[] = []
  for (const [file, text] of files) {
    if (await isThere(file)) {
      kept.push(file)
      continue
    }
    await makeDirectory(path.dirname(file))
    // `wx`: even if somebody makes it this very moment, it is not written over.
    await writeFile(file, text, { flag: 'wx' })
    written.push(file)
  }
  return { written, kept }
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

const VARIABLES: Readonly<Record<Crm, string>> = {
  hubspot: 'HUBSPOT_TOKEN and HUBSPOT_BASE_URL=https://api.hubapi.com',
  salesforce: 'SF_LOGIN_URL=https://NAME.my.salesforce.com, SF_CLIENT_ID and SF_CLIENT_SECRET',
}

const nextSteps = (directory: string, crms: readonly Crm[]): string => `
Next${directory === '.' ? '' : `, in ${directory}`}
  1. config/oql.yaml: point store.sources at your exports (oql sample .oql/sample makes made-up ones)
${crms.map(crm => `  2. set ${VARIABLES[crm]}\n     (oql sandbox ${crm} is a stand-in to try with)\n`).join('')}\
  3. oql check              what is lacking, all at once
${crms.map(crm => `     oql setup ${crm}`.padEnd(28) + 'makes the fields\n').join('')}\
     oql plan               every change, before anything is written
     oql sync
Another CRM: take the # from its block under connectors: in config/oql.yaml; its mapping is in mappings.
`
