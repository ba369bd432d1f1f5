import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inFolder } from '../scoring/score-rows.ts'
import { download, HEADER, put, putParquet, scoreFiles, source } from './score-files.ts'

const file = (id: string, domain: string): string => HEADER + download(id, 1, domain)
const NAMES = ['export[1]', 'st*r', 'wh?t', '[a-z]', '[!x]', 'a]b[', 'back\\slash']

const domainsOf = async (folder: string, ...paths: string[]): Promise<string[]> => {
  const sources = paths.map((path, index) => source(folder, path, { name: String(index) }))
  return (await scoreFiles(folder, sources)).accounts.map(({ domain }) => domain)
}

test.each(NAMES)('a path that names a file is that file and no pattern: %s', async name => {
  await inFolder(async folder => {
    await put(folder, `${name}.csv`, file('1', 'right.com'))
    for (const other of ['export1', 'star', 'what', 'b', 'q', 'ab']) {
      await put(folder, `${other}.csv`, file(other, 'wrong.com'))
    }
    expect(await domainsOf(folder, `${name}.csv`)).toEqual(['right.com'])
  })
})

test('one that no engine can be asked for alone is refused in words', async () => {
  await inFolder(async folder => {
    await put(folder, 'a\\[1].csv', file('1', 'acme.com'))
    await expect(domainsOf(folder, 'a\\[1].csv')).rejects.toThrow(/a\\\[1\]\.csv has a \\/)
  })
})

test('a file that a pattern finds is read as itself, each once, text and Parquet alike', async () => {
  await inFolder(async folder => {
    await put(folder, 'export[1].csv', file('1', 'bracket.com'))
    await put(folder, 'export1.csv', file('2', 'plain.com'))
    await putParquet(
      folder,
      'export[2].parquet',
      `select '3' as id, timestamp '2025-06-01' as occurred_at, 'view' as kind, 'parquet.com' as account_domain`,
    )
    await putParquet(
      folder,
      'export2.parquet',
      `select '4' as id, timestamp '2025-06-01' as occurred_at, 'view' as kind, 'other.com' as account_domain`,
    )
    expect(await domainsOf(folder, 'export*')).toEqual([
      'bracket.com',
      'other.com',
      'parquet.com',
      'plain.com',
    ])
    expect(await domainsOf(folder, 'export[12].csv')).toEqual(['plain.com'])
  })
})

test('a folder with such a name is no pattern either, of the sources and of data:', async () => {
  await inFolder(async folder => {
    const odd = join(folder, 'acme [old] *')
    await mkdir(odd)
    await put(odd, 'in[1]/a.csv', file('1', 'acme.com'))
    await put(odd, 'in[1]/b.csv', file('2', 'beta.io'))
    expect(await domainsOf(odd, 'in[1]/*.csv')).toEqual(['acme.com', 'beta.io'])
    // What was landed is found again.
    expect(await domainsOf(odd, 'in[1]/?.csv')).toEqual(['acme.com', 'beta.io'])
  })
})
