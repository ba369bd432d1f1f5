import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBConnection } from '@duckdb/node-api'
import { afterAll, expect, it } from 'vitest'
import type { SampleFormat } from '../../../src/sample/export-files.ts'
import { writeSample } from '../../../src/sample/write-sample.ts'

const scratch = mkdtempSync(join(tmpdir(), 'oql-sample-duckdb-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** What DuckDB makes of the files, as its strict reader sees them, in an order of its own. */
async function readBack(format: SampleFormat, table: string): Promise<unknown[][]> {
  const directory = join(scratch, format)
  const until = new Date('2026-11-24T12:00:00Z')
  await writeSample({ directory, accounts: 200, signals: 10_000, seed: 7, days: 5, until, format })
  const connection = await DuckDBConnection.create()
  try {
    const reader = await connection.runAndReadAll(
      `SELECT id, type, package, pixel, version, CAST(time AS TIMESTAMP) AS at, origin_company, origin_domain,
         CAST(dnt AS BOOLEAN) AS dnt, CAST(confidence AS DOUBLE) AS confidence, origin_country
       FROM ${table.replace('DIRECTORY', directory)} ORDER BY ALL`,
    )
    return reader.getRowsJson()
  } finally {
    connection.closeSync()
  }
}

it('reads the same rows from CSV, gzip and Parquet', async () => {
  const gzip = await readBack('csv.gz', `read_csv('DIRECTORY/*.csv.gz', all_varchar = true, header = true)`)
  const plain = await readBack('csv', `read_csv('DIRECTORY/*.csv', all_varchar = true, header = true)`)
  const parquet = await readBack('parquet', `read_parquet('DIRECTORY/*.parquet')`)
  expect(gzip).toHaveLength(10_000)
  expect(plain).toEqual(gzip)
  expect(parquet).toEqual(gzip)
})
