import { z } from 'zod'
import type { Call, CheckReport, Intent } from '../../../src/contract/index.ts'
import type { Client } from './client.ts'
import { activeOwners } from './owners.ts'

/** Who we are, and who of those that the mapping names can't own any more. */
export async function check(client: Client, { owners }: Intent, call: Call): Promise<CheckReport> {
  const { name } = await client.get('/me', z.object({ name: z.string() }), call)
  const active = owners.length === 0 ? new Set() : await activeOwners(client, owners, call)
  const ownersGone = owners.filter(id => !active.has(id))
  const warnings = ownersGone.map(id => ({
    code: 'unknown_owner',
    message: `there is no active owner ${id}`,
  }))
  return { identity: `Example CRM, as ${name}`, problems: [], warnings, ownersGone }
}
