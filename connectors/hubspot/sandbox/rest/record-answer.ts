import type { PortalObject } from '../portal/portal.ts'
import { historyOf, recordValue, type StoredRecord, type Version } from '../portal/stored-record.ts'

export interface RecordAnswer {
  id: string
  properties: Record<string, string | null>
  propertiesWithHistory?: Record<string, Version[]>
  createdAt: string
  updatedAt: string
  archived: boolean
  archivedAt?: string
  objectWriteTraceId?: string
  /** On an upsert: made by it. */
  new?: boolean
  associations?: Record<string, { results: { id: string; type: string }[] }>
}

/** What every answer carries. */
const ALWAYS = ['createdate', 'hs_lastmodifieddate', 'hs_object_id'] as const

/**
 * A record with the properties that were asked for; names that are none, or archived, are left out. `history` names
 * properties whose versions are wanted too.
 */
export function answerOf(
  { type, catalogue }: PortalObject,
  record: StoredRecord,
  asked: readonly string[],
  history: readonly string[] = [],
): RecordAnswer {
  const wanted = asked.length + history.length === 0 ? type.defaultProperties : [...asked, ...history]
  const names = [...wanted, ...ALWAYS].filter(name => catalogue.find(name) !== undefined)
  const versions = history.filter(name => catalogue.find(name) !== undefined)
  return {
    id: record.id,
    properties: Object.fromEntries(names.map(name => [name, recordValue(record, name) ?? null])),
    ...(versions.length === 0
      ? {}
      : { propertiesWithHistory: Object.fromEntries(versions.map(name => [name, historyOf(record, name)])) }),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    archived: record.archivedAt !== null,
    ...(record.archivedAt === null ? {} : { archivedAt: new Date(record.archivedAt).toISOString() }),
  }
}

/** What a write answers: the properties that it named, a cleared one as the empty text. */
export function writeAnswerOf(
  object: PortalObject,
  record: StoredRecord,
  written: Readonly<Record<string, string>>,
): RecordAnswer {
  const answer = answerOf(object, record, Object.keys(written))
  for (const [name, value] of Object.entries(written)) {
    if (value === '') answer.properties[name] = ''
  }
  return answer
}
