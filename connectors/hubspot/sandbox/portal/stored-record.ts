import { isClosedStage } from './pipelines.ts'

/** A record at one moment. It is never changed: a write puts another in its place, so that an index can lag. */
export interface StoredRecord {
  readonly id: string
  /** Set ones only; what HubSpot keeps itself is told by `recordValue`. */
  readonly properties: Readonly<Record<string, string>>
  /** Milliseconds since 1970, like every time here. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | null
  /** Ids that were merged into this record, oldest first. */
  readonly mergedIds: readonly string[]
  readonly edits: Edit | null
}

/** One write, and those before it. */
export interface Edit {
  readonly at: number
  /** Only what the write changed; the empty text cleared. */
  readonly values: Readonly<Record<string, string>>
  readonly source: Source
  readonly before: Edit | null
}

/** Who wrote: an app over the API, or a person in HubSpot. */
export type Source = 'INTEGRATION' | 'CRM_UI'

/** The property's value; undefined where it has none. */
export function recordValue(record: StoredRecord, name: string): string | undefined {
  switch (name) {
    case 'hs_object_id':
      return record.id
    case 'createdate':
    case 'hs_createdate':
      return new Date(record.createdAt).toISOString()
    case 'hs_lastmodifieddate':
    case 'lastmodifieddate':
      return new Date(record.updatedAt).toISOString()
    case 'hs_merged_object_ids':
      return record.mergedIds.length === 0 ? undefined : record.mergedIds.join(';')
    case 'hs_lead_is_open':
      return stageOf(record) === undefined ? undefined : String(!isClosedStage(stageOf(record) ?? ''))
    case 'hs_v2_date_entered_current_stage':
      return enteredStageAt(record)
    default:
      return record.properties[name]
  }
}

const STAGE = 'hs_pipeline_stage'
const stageOf = ({ properties }: StoredRecord): string | undefined => properties[STAGE]

/** When the last write came that changed the stage. */
function enteredStageAt({ edits }: StoredRecord): string | undefined {
  for (let edit = edits; edit !== null; edit = edit.before) {
    if (edit.values[STAGE] !== undefined) return new Date(edit.at).toISOString()
  }
  return undefined
}

export interface Version {
  value: string
  timestamp: string
  sourceType: Source
}

/** HubSpot keeps this many versions of a company's property. */
const MAX_VERSIONS = 20

/** The property's values, newest first. */
export function historyOf(record: StoredRecord, name: string): Version[] {
  const versions: Version[] = []
  for (let edit = record.edits; edit !== null && versions.length < MAX_VERSIONS; edit = edit.before) {
    const value = edit.values[name]
    if (value === undefined) continue
    versions.push({ value, timestamp: new Date(edit.at).toISOString(), sourceType: edit.source })
  }
  return versions
}
