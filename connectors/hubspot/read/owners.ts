import type { Call } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'

/** Of these owners those that HubSpot has and that did not leave. Asks for no page more than it needs. */
export async function activeOwners(
  client: Client,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlySet<string>> {
  const wanted = new Set(ids)
  const active = new Set<string>()
  let after: string | undefined
  while (active.size < wanted.size) {
    const page = await client.owners(after, call)
    for (const { id } of page.results) if (wanted.has(id)) active.add(id)
    after = page.paging?.next?.after
    if (after === undefined) break
  }
  return active
}
