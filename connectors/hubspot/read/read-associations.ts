import { type Call, RequestFailed } from '../../../src/contract/index.ts'
import { chunks } from '../http/chunks.ts'
import type { Client } from '../http/client.ts'
import { itemFailure } from '../http/errors.ts'
import { MAX_ASSOCIATION_INPUTS } from '../http/limits.ts'
import type { PageOfId } from '../http/requests.ts'

/** Which records of `to` belong to each of `ids`, all pages of each. Never by search, which lags. */
export async function associatedWith(
  client: Client,
  from: string,
  to: string,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map([...new Set(ids)].map((id): [string, Set<string>] => [id, new Set()]))
  let pages: PageOfId[] = [...found.keys()].map(id => ({ id }))
  while (pages.length > 0) {
    const next: PageOfId[] = []
    for (const part of chunks(pages, MAX_ASSOCIATION_INPUTS)) {
      const answer = await client.associated(from, to, part, call)
      throwUnlessAbsent(answer)
      for (const { from: one, to: others, paging } of answer.results) {
        const known = found.get(one.id) ?? new Set()
        for (const { toObjectId } of others) known.add(toObjectId)
        found.set(one.id, known)
        if (paging?.next !== undefined) next.push({ id: one.id, after: paging.next.after })
      }
    }
    pages = next
  }
  return found
}

/** Whose each record is: one may belong to several. */
export function inverted(
  ofEach: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>()
  for (const [owner, ids] of ofEach) {
    for (const id of ids) owners.set(id, [...(owners.get(id) ?? []), owner])
  }
  return owners
}

/** That a record has no association, or is not there, is no error here; any other one would be a record left out. */
function throwUnlessAbsent({ errors, trace }: Awaited<ReturnType<Client['associated']>>): void {
  const failure = errors.map(error => itemFailure(error, trace)).find(({ kind }) => kind !== 'gone')
  if (failure !== undefined) throw new RequestFailed(failure)
}
