import type { Call } from '../../../src/contract/index.ts'
import type { HubSpotRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { uniqueProperty } from '../objects.ts'
import { readMany } from '../read/batch-read.ts'
import type { Portal } from '../read/portal.ts'
import { associatedWith } from '../read/read-associations.ts'
import { dateOf } from '../read/values.ts'
import type { NoticeChange } from './notice-change.ts'

/** What tells a task or note when its notice's id does not: when it is due, and what it says. */
const WORDS = ['hs_timestamp', 'hs_task_subject', 'hs_note_body'] as const

/** Notice id → the record that was made for it. By the id, or among those of its company where ids are not unique. */
export async function findNotices(
  client: Client,
  portal: Portal,
  asked: readonly NoticeChange[],
  call: Call,
): Promise<Map<string, string>> {
  const first = asked[0]
  if (first === undefined) return new Map()
  const isUnique = await portal.catalogue.isUnique(first.object, first.keyField, call)
  if (isUnique === true)
    return holdersOf(
      client,
      first.object,
      asked.map(({ key }) => key),
      call,
    )
  return amongAssociated(client, first, asked, isUnique === false, call)
}

/** Which records hold these values of the object's unique property. */
export async function holdersOf(
  client: Client,
  object: string,
  values: readonly string[],
  call: Call,
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const idProperty = uniqueProperty(object)
  if (idProperty === undefined) return found
  for await (const record of readMany(client, object, { values, idProperty }, [idProperty], call)) {
    found.set(String(record.properties[idProperty]), record.id)
  }
  return found
}

/** The slow way: everything of its kind that the companies have, for a portal without our unique property. */
async function amongAssociated(
  client: Client,
  { object, keyField }: NoticeChange,
  asked: readonly NoticeChange[],
  carriesKey: boolean,
  call: Call,
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const [from, changes] of Map.groupBy(asked, ({ associate: [record] }) => record.object)) {
    const ids = changes.map(({ associate: [record] }) => record.remoteId)
    const ofEach = await associatedWith(client, from, object, ids, call)
    const values = [...ofEach.values()].flatMap(all => [...all])
    const records = await Array.fromAsync(readMany(client, object, { values }, [keyField, ...WORDS], call))
    for (const change of changes) {
      const own = ofEach.get(change.associate[0].remoteId)
      const made = records.find(
        record =>
          own?.has(record.id) === true &&
          (carriesKey ? record.properties[keyField] === change.key : saysTheSame(record, change)),
      )
      if (made !== undefined) found.set(change.key, made.id)
    }
  }
  return found
}

function saysTheSame({ properties }: HubSpotRecord, { fields }: NoticeChange): boolean {
  return WORDS.every(name => {
    const wanted = fields[name]
    if (wanted === undefined) return true
    const there = properties[name]
    return name === 'hs_timestamp'
      ? dateOf(there)?.getTime() === dateOf(wanted)?.getTime()
      : String(there ?? '') === String(wanted)
  })
}
