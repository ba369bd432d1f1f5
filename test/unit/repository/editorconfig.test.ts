import { expect, test } from 'vitest'
import { z } from 'zod'
import { repositoryFile } from './repository-file.ts'

/** The sections of an .editorconfig, keys as they stand; what is before the first one is under ''. */
function sections(text: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {}
  let section = ''
  for (const line of text.split('\n').filter(one => one.trim() !== '' && !one.startsWith('#'))) {
    const name = /^\[(.+)\]$/.exec(line)?.[1]
    const [, key, value] = /^(\w+) = (.+)$/.exec(line) ?? []
    if (name !== undefined) section = name
    else if (key !== undefined && value !== undefined) found[section] = { ...found[section], [key]: value }
    else throw new Error(`not a line of an .editorconfig: ${line}`)
  }
  return found
}

test('editors write as Biome formats', async () => {
  const { formatter } = z
    .object({
      formatter: z.object({ indentStyle: z.string(), indentWidth: z.number(), lineWidth: z.number() }),
    })
    .parse(JSON.parse(await repositoryFile('biome.json')))
  expect(sections(await repositoryFile('.editorconfig'))).toEqual({
    '': { root: 'true' },
    '*': {
      charset: 'utf-8',
      end_of_line: 'lf',
      indent_style: formatter.indentStyle,
      indent_size: String(formatter.indentWidth),
      insert_final_newline: 'true',
      trim_trailing_whitespace: 'true',
    },
    '*.{ts,json}': { max_line_length: String(formatter.lineWidth) },
  })
})
