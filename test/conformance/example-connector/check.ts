import { z } from 'zod'
import type { Call, CheckReport, CrmAccount, Intent } from '../../../src/contract/index.ts'
import type { Client } from './client.ts'
import { activeOwners } from './owners.ts'

const me = z.object({ name: z.string(), workspace: z.string() })

/** Whose records these are. Asked once in a session: it stays the same. */
export function createAccount(client: Client): (call: Call) => Promise<CrmAccount> {
  let known: CrmAccount | undefined
  return async call => {
    if (known !== undefined) return known
    const { workspace } = await client.get('/me', me, call)
    known = { id: workspace, name: `Example workspace ${workspace}` }
    return known
  }
}

/** Who we are, and who of those that the mapping names can't own any more. */
export async function check(client: Client, { owners }: Intent, call: Call): Promise<CheckReport> {
  const { name } = await client.get('/me', me, call)
  const active = owners.length === 0 ? new Set() : await activeOwners(client, owners, call)
  const ownersGone = owners.filter(id => !active.has(id))
  const warnings = ownersGone.map(id => ({
    code: 'unknown_owner',
    message: `there is no active owner ${id}`,
  }))
  return { identity: `Example CRM, as ${name}`, problems: [], warnings, ownersGone }
}
