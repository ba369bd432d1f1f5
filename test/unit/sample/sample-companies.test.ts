import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getDomain } from 'tldts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sampleCompanies } from '../../../src/sample/sample-companies.ts'
import { SAMPLE_DEFAULTS, writeSample } from '../../../src/sample/write-sample.ts'
import { readRows } from './read-sample.ts'

const scratch = mkdtempSync(join(tmpdir(), 'oql-sample-companies-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const companies = sampleCompanies(SAMPLE_DEFAULTS)
const records = Map.groupBy(companies, company => getDomain(company.domain) ?? '')
const accounts = new Set<string>()
beforeAll(async () => {
  const until = new Date('2026-11-24T00:00:00Z')
  await writeSample({ ...SAMPLE_DEFAULTS, directory: scratch, until, format: 'csv' })
  for (const row of readRows(scratch)) {
    // Providers and free mail have no confidence: what has one is a company.
    if (row.confidence !== '') accounts.add(getDomain(row.origin_domain ?? '') ?? '')
  }
})

it('holds about three in five of the sample’s accounts, and companies that give no signal', () => {
  expect(accounts.size).toBe(300)
  const known = [...records.keys()].filter(domain => accounts.has(domain))
  expect(known.length / accounts.size).toBeGreaterThan(0.5)
  expect(known.length / accounts.size).toBeLessThan(0.7)
  expect(records.size - known.length).toBe(75)
})

it('stores some with www., a scheme or capitals, as people do', () => {
  const written = companies.map(company => company.domain)
  expect(written.filter(domain => domain.startsWith('www.')).length).toBeGreaterThan(3)
  expect(written.filter(domain => domain.startsWith('https://')).length).toBeGreaterThan(1)
  expect(written.filter(domain => domain === domain.toUpperCase()).length).toBeGreaterThan(3)
})

it('has a handful of domains on two records', () => {
  const twice = [...records].filter(([, held]) => held.length > 1)
  expect(twice.length).toBeGreaterThanOrEqual(3)
  expect(twice.length).toBeLessThan(10)
  expect(twice.filter(([domain]) => !accounts.has(domain))).toEqual([])
})

it('is the same for the same options', () => {
  expect(sampleCompanies(SAMPLE_DEFAULTS)).toEqual(companies)
  expect(sampleCompanies({ ...SAMPLE_DEFAULTS, seed: 2 })).not.toEqual(companies)
})
