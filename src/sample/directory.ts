import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT, UserError } from '../domain/errors.ts'
import { makeDirectory } from '../store/make-directory.ts'

const LABEL_FILE = 'README.txt'
const LABEL = 'SYNTHETIC DATA, made by `oql sample`.'
const EXPORT_FILE = /^events-scarf-export-.*\.(csv|csv\.gz|parquet)(\.partial)?$/

/**
 * Makes the directory ready: made, labelled as synthetic, and without exports of an earlier sample.
 * One that holds anything else is refused, so that no real export is ever mixed with made-up ones or removed.
 */
export async function prepareDirectory(directory: string, description: string): Promise<void> {
  await makeDirectory(directory)
  const names = await readdir(directory)
  const foreign = names.filter(name => name !== LABEL_FILE && !EXPORT_FILE.test(name))
  if (foreign.length > 0 || (names.length > 0 && !(await isLabelled(directory, names)))) {
    throw new UserError(`${directory} is not empty: it holds ${foreign[0] ?? names[0]}`, {
      exitCode: EXIT.usage,
      hint: 'Name a directory that does not exist yet, or one that `oql sample` made.',
    })
  }
  await writeFile(join(directory, LABEL_FILE), labelOf(description))
  for (const name of names.filter(name => EXPORT_FILE.test(name))) await rm(join(directory, name))
}

async function isLabelled(directory: string, names: readonly string[]): Promise<boolean> {
  return names.includes(LABEL_FILE) && (await readFile(join(directory, LABEL_FILE), 'utf8')).startsWith(LABEL)
}

const labelOf = (description: string): string => `${LABEL}

No company, person or visit in these files exists. They have the shape of Scarf's event exports.
Company domains end in "-example" before their suffix; every row carries synthetic=true in "variables".

${description}
`
