import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Config } from '../../config/config.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { SAMPLE_DEFAULTS, writeSample } from '../../sample/write-sample.ts'
import { dataFolder } from '../../store/data-folder.ts'

/** What the demo's data is made of. */
const POPULATION = { accounts: SAMPLE_DEFAULTS.accounts, seed: SAMPLE_DEFAULTS.seed }

/** Stands beside the data once all of it is there. */
const MARKER = 'demo.json'
const markerSchema = z.object({ until: z.string(), accounts: z.number(), seed: z.number() })

/** Makes sample data up to `until`, unless it is there. @returns whether it was made now */
export async function makeSampleData(
  config: Config,
  until: Date,
  progress: (rows: number, total: number) => void,
): Promise<boolean> {
  const directory = sampleDirectory(config)
  const marker = path.join(config.dataDir, MARKER)
  const wanted = { until: until.toISOString(), ...POPULATION }
  if (JSON.stringify(await read(marker)) === JSON.stringify(wanted)) return false
  await dataFolder(config.dataDir)
  await writeSample({ ...SAMPLE_DEFAULTS, directory, until, format: 'csv.gz' }, ({ rows, totalRows }) =>
    progress(rows, totalRows),
  )
  await writeFile(marker, JSON.stringify(wanted))
  return true
}

async function read(marker: string): Promise<z.infer<typeof markerSchema> | null> {
  const text = await readFile(marker, 'utf8').catch(() => null)
  return text === null ? null : markerSchema.parse(JSON.parse(text))
}

/** @throws UserError where the config's signals are anybody's own: the demo must never touch those */
function sampleDirectory({ store, dataDir }: Config): string {
  const own = path.join(dataDir, 'sample')
  const [source, ...others] = store.sources
  if (source?.type === 'files' && others.length === 0 && path.dirname(source.path) === own) return own
  throw notTheShippedConfig('its sources are not the sample')
}

export const notTheShippedConfig = (why: string): UserError =>
  new UserError(`The demo runs on the config as it ships, and this one is yours: ${why}`, {
    exitCode: EXIT.usage,
    hint: 'Use it with: oql check, oql plan, oql sync.',
  })
