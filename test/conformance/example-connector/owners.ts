import { z } from 'zod'
import type { Call } from '../../../src/contract/index.ts'
import type { Client } from './client.ts'

const owners = z.array(z.object({ id: z.string(), active: z.boolean() }))

/** Of these owners those who are still there. The CRM answers all that it ever had. */
export async function activeOwners(
  client: Client,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlySet<string>> {
  const known = await client.get('/owners', owners, call)
  const active = new Set(known.filter(owner => owner.active).map(({ id }) => id))
  return new Set(ids.filter(id => active.has(id)))
}
