import { join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { UserError } from '../../domain/errors.ts'
import { duckdbDialect } from '../../store/dialect.ts'
import { type DuckDb, openDuckDb } from '../../store/duckdb.ts'
import { dataFault } from '../../store/file-faults.ts'
import { landFile } from '../../store/landing.ts'
import { privateFolder } from '../../store/private-files.ts'
import { listSourceFiles } from '../../store/source-files.ts'
import { filesSource } from '../sync/score-into-state.ts'
import type { Finding } from './finding.ts'

/**
 * Whether every source has files, and the newest one of each (by its path) can be read as what the config says it is.
 * All faults at once. What is read is kept for the next run.
 */
export async function checkStore({ store, dataDir }: Config): Promise<Finding[]> {
  let db: DuckDb
  try {
    await privateFolder(join(dataDir, 'landed'))
    db = await openDuckDb({ memoryLimitBytes: store.memoryLimitBytes, spillTo: dataDir })
  } catch (error) {
    const fault = dataFault(error, dataDir)
    if (fault === null) throw error
    return [{ where: 'data', code: 'data_unwritable', message: fault.message, hint: fault.hint ?? null }]
  }
  try {
    const findings = []
    for (const source of store.sources) {
      const fault = await faultOf(() => readNewest(db, join(dataDir, 'landed'), filesSource(source)))
      if (fault !== null) {
        findings.push({ where: `store.sources.${source.name}`, code: 'source_unreadable', ...fault })
      }
    }
    return findings
  } finally {
    await db.close()
  }
}

async function readNewest(db: DuckDb, landed: string, source: ReturnType<typeof filesSource>): Promise<void> {
  const newest = (await listSourceFiles(db, [source])).at(-1)
  if (newest !== undefined) await landFile(db, duckdbDialect, landed, newest)
}

/** What a user can mend is a finding; anything else is thrown. */
export async function faultOf(
  probe: () => Promise<unknown>,
): Promise<Pick<Finding, 'message' | 'hint'> | null> {
  try {
    await probe()
    return null
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { message: error.message, hint: error.hint ?? null }
  }
}
