import type { RemoteRecord } from '../../contract/records.ts'
import { keyField } from '../../plan/connector-plan.ts'
import { chunked } from '../read/chunked.ts'
import type { Matching } from './matching.ts'

/** Records linked anew at once. */
const PAGE = 1_000

/**
 * Links accounts to what their records became since: a Lead that was converted is the Account now, also where nothing of
 * its company is worth a write. Costs a read for each object that may become another's and that an account is linked to.
 */
export async function followOthers(matching: Matching, since: Date): Promise<void> {
  const { connector, state, plan, fields } = matching
  const { session, call, name } = connector
  if (session.becameOthers === undefined) return
  const { object: matched, create } = plan.mapping
  for (const object of new Set([matched, create?.as ?? matched])) {
    if (!(await state.links.holds(name, object))) continue
    const others = session.becameOthers({ object, since }, fields, call)
    for await (const records of chunked(others, PAGE)) await relink(matching, object, records)
  }
}

/** Whoever made the link meant the same company, so one that was made by hand goes along. */
async function relink(
  { connector: { name }, state, plan }: Matching,
  before: string,
  records: readonly RemoteRecord[],
): Promise<void> {
  const became = new Map(records.flatMap(record => (record.askedId ? [[record.askedId, record]] : [])))
  for (const link of await state.links.byRecord(name, before, [...became.keys()])) {
    const record = became.get(link.remoteId)
    if (record === undefined) continue
    const object = record.object ?? before
    const stamped = record.fields[keyField(plan, object)] === link.domain
    const { domain, by } = link
    await state.transaction(async inside => {
      // What was delivered stands on the record before: this one holds what was just read.
      await inside.links.remove(name, [domain])
      await inside.links.put([{ connector: name, domain, object, remoteId: record.remoteId, by, stamped }])
      await inside.delivered.put(name, [{ domain, object, fields: record.fields, asOf: null }])
    })
  }
}
