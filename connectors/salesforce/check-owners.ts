import type { Call, CheckProblem } from '../../src/contract/index.ts'
import type { Client } from './client.ts'
import type { Findings } from './findings.ts'
import { all } from './pages.ts'
import { isId, selectsIn, shortId } from './soql.ts'
import { valueAt } from './values.ts'

/** Ids of queues begin so. */
const QUEUE_PREFIX = '00G'

/** Owners whom the mapping names and who can't own: they are not there, or not active. A lead may belong to a queue. */
export async function checkOwners(
  client: Client,
  owners: readonly string[],
  { queues }: { queues: boolean },
  call: Call,
): Promise<Findings> {
  const asked = owners.filter(id => !(queues && id.startsWith(QUEUE_PREFIX)))
  const active = new Map<string, boolean>()
  for (const { soql } of selectsIn({ object: 'User', fields: ['IsActive'] }, 'Id', asked.filter(isId))) {
    for await (const record of all(client, soql, { deleted: false }, call)) {
      active.set(shortId(record.Id), valueAt(record, 'IsActive') === true)
    }
  }
  const warnings = asked.flatMap(id => {
    const isActive = active.get(shortId(id))
    return isActive === true ? [] : [badOwner(id, isActive === undefined)]
  })
  return { problems: [], warnings }
}

const badOwner = (id: string, isUnknown: boolean): CheckProblem => ({
  code: 'unknown_owner',
  message: `Salesforce has no active user ${id}${isUnknown ? '' : ': the user was deactivated'}`,
  hint: 'Name an active user of Salesforce in the mapping; until then the fallback gets the work',
})
