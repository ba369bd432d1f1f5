import { stringify } from 'yaml'
import { z } from 'zod'
import { ConfigError } from '../../config/config-error.ts'
import { readForeignFile } from '../../config/read/read-config-file.ts'
import { validate } from '../../config/read/validate.ts'
import { LINKED_BY, type Link } from '../../domain/link.ts'
import type { Redactor } from '../../domain/redactor.ts'
import type { Ignored } from '../../state/matching.ts'
import type { State } from '../../state/state.ts'

/** The text of a links file, a piece at a time: every link, then the ignored accounts. */
export async function* linksFile(state: State, redactor: Redactor): AsyncGenerator<string> {
  /** An id that looks like a number stays a text. */
  const line = (entry: Record<string, string>): string =>
    `  - ${stringify(redactor.value(entry), { collectionStyle: 'flow', lineWidth: 0 })}`
  yield '# Links of accounts to CRM records: oql links import FILE brings them back.\nversion: 1\nlinks:\n'
  for await (const { connector, domain, object, remoteId, by } of state.links.list()) {
    yield line({ connector, domain, object, remote_id: remoteId, by })
  }
  yield 'ignored:\n'
  for (const { connector, domain } of await state.matching.ignored()) yield line({ connector, domain })
}

/** An empty list is written as a key without a value. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform(list => list ?? [])

const place = { connector: z.string().min(1), domain: z.string().min(1) }

const schema = z.strictObject({
  version: z.literal(1),
  links: listOf(
    z.strictObject({
      ...place,
      object: z.string().min(1),
      remote_id: z.string().min(1),
      by: z.enum(LINKED_BY).default('hand'),
    }),
  ),
  ignored: listOf(z.strictObject(place)),
})

export interface LinksFile {
  links: Link[]
  ignored: Ignored[]
}

/** @throws ConfigError with file and line of everything that is wrong in it */
export async function readLinksFile(file: string): Promise<LinksFile> {
  const read = await readForeignFile(file)
  if ('problem' in read) throw new ConfigError([read.problem])
  const { tree } = read
  const result = validate(tree, schema)
  const problems = [...tree.problems, ...('problems' in result && tree.wellFormed ? result.problems : [])]
  if (problems.length > 0 || !('value' in result)) throw new ConfigError(problems)
  const { links, ignored } = result.value
  return {
    // Whether a record carries the key is for the next sync to see.
    links: links.map(({ remote_id: remoteId, ...link }) => ({ ...link, remoteId, stamped: false })),
    ignored,
  }
}
