import type { Call } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { NOTICE_FIELD, TASK } from '../objects.ts'
import { all } from '../read/pages.ts'
import { selectsIn } from '../read/soql.ts'
import { valueAt } from '../read/values.ts'
import { type Activity, parentField } from './activity.ts'

/**
 * Tasks that earlier attempts made, by notice id. They are looked for by the record that they are about, because the
 * notice's id is no indexed field. Deleted and archived ones count: what a person threw away is not made again.
 */
export async function madeBefore(
  client: Client,
  activities: readonly Activity[],
  call: Call,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(activities.map(({ id }) => id))
  const found = new Map<string, string>()
  const query = { object: TASK, fields: [NOTICE_FIELD], where: `${NOTICE_FIELD} != null` }
  for (const [by, about] of Map.groupBy(activities, ({ record }) => parentField(record.object))) {
    const records = [...new Set(about.map(({ record }) => record.remoteId))]
    for (const { soql } of selectsIn(query, by, records)) {
      for await (const task of all(client, soql, { deleted: true }, call)) {
        const id = String(valueAt(task, NOTICE_FIELD) ?? '')
        if (ids.has(id)) found.set(id, task.Id)
      }
    }
  }
  return found
}
