import { access, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { initFiles } from '../../config/init-files.ts'
import { EXIT } from '../../domain/errors.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { type CommonOptions, command } from '../options.ts'

export const initCommand = (context: Context, act: Act) =>
  command('init', 'write config, mapping and model, with comments; what is there is kept')
    .argument('[dir]', 'where', '.')
    .action(
      act(async (directory: string, options: CommonOptions) => {
        const { terminal } = context
        const { written, kept } = await writeNew(await initFiles(directory))
        if (options.json) await printJson(terminal, { written, kept })
        else {
          await terminal.out(
            [
              ...written.map(file => `wrote  ${shown(file)}\n`),
              ...kept.map(file => `kept   ${shown(file)} (it was there)\n`),
              nextSteps(directory),
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
    await mkdir(path.dirname(file), { recursive: true })
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

const nextSteps = (directory: string): string => `
Next${directory === '.' ? '' : `, in ${directory}`}
  1. config/oql.yaml: point store.sources at your exports (oql sample .oql/sample makes made-up ones)
  2. set HUBSPOT_TOKEN and HUBSPOT_BASE_URL=https://api.hubapi.com (oql sandbox is a stand-in to try with)
  3. oql check            what is lacking, all at once
     oql setup hubspot    makes the fields
     oql plan             every change, before anything is written
     oql sync
`
