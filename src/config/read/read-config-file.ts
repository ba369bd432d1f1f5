import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ConfigProblem } from '../config-error.ts'
import { type Environment, reasonOf, type Sources } from './interpolation.ts'
import { readTree, type YamlTree } from './yaml-tree.ts'

export type ReadFile = { tree: YamlTree } | { problem: ConfigProblem }

/** Reads one YAML file; `${file:PATH}` in it is relative to it. */
export async function readConfigFile(file: string, env: Environment): Promise<ReadFile> {
  const readText = (written: string) => readFileSync(path.resolve(path.dirname(file), written), 'utf8')
  return read(file, { env, readText })
}

/**
 * Reads one YAML file that anybody may have written: what looks like a reference in it is a text, and no other file and no
 * variable is looked at.
 */
export const readForeignFile = (file: string): Promise<ReadFile> => read(file, null)

async function read(file: string, sources: Sources | null): Promise<ReadFile> {
  const shown = shownName(file)
  const text = await readFile(file, 'utf8').catch((error: unknown) => ({ reason: reasonOf(error) }))
  if (typeof text !== 'string') {
    return { problem: { file: shown, line: 1, key: '', message: `cannot be read: ${text.reason}` } }
  }
  return { tree: readTree(text, file, shown, sources) }
}

/** As a person would type it. */
function shownName(file: string): string {
  const relative = path.relative(process.cwd(), file)
  return relative.startsWith('..') ? file : relative
}
