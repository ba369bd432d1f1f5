import type { Change, Failure, Fields, Result } from '../contract/index.ts'
import type { SeenRecord } from './harness.ts'
import type { Stage } from './stage.ts'

/** The field that carries an account's domain; the empty text where the connector names none. */
export const keyOf = ({ connector, subject }: Stage): string =>
  connector.capabilities.key[subject.object] ?? ''

/** A new record, as the core asks for one. */
export function create(stage: Stage, note: string): Change {
  const { connector, subject } = stage
  const key = stage.domain()
  const names = connector.capabilities.nameFields[subject.object] ?? []
  return {
    key,
    object: subject.object,
    fields: {
      ...Object.fromEntries(names.map(name => [name, key])),
      [keyOf(stage)]: key,
      [subject.note]: note,
    },
  }
}

export const update = ({ subject }: Stage, key: string, remoteId: string, fields: Fields): Change => ({
  key,
  object: subject.object,
  remoteId,
  fields,
})

/** Updates of new records, that give each this note. */
export async function updates(stage: Stage, count: number, note: string): Promise<Change[]> {
  const ids = await stage.insert(...Array.from({ length: count }, () => ({})))
  return ids.map(id => update(stage, stage.domain(), id, { [stage.subject.note]: note }))
}

/** Changes of each way that the connector can write this object. */
export async function everyWay(stage: Stage, count: number, note: string): Promise<Change[][]> {
  return [
    await updates(stage, count, note),
    ...(creates(stage) ? [Array.from({ length: count }, () => create(stage, note))] : []),
  ]
}

export const creates = ({ connector, subject }: Stage): boolean =>
  connector.capabilities.creates.includes(subject.object)

export const wayOf = (changes: readonly Change[]): string =>
  changes[0]?.remoteId === undefined ? 'create' : 'update'

/** Exactly one result for each key. */
export function mustAnswerAll(
  stage: Stage,
  changes: readonly Change[],
  results: readonly Result[],
  of: string,
): void {
  const asked = changes.map(({ key }) => key).sort()
  const answered = results.map(({ key }) => key).sort()
  const isSame = asked.length === answered.length && asked.every((key, index) => key === answered[index])
  stage.must(isSame, `${of}: ${asked.length} keys, and results for [${answered.join(', ')}]`)
}

export const resultOf = (results: readonly Result[], key: string): Result | undefined =>
  results.find(result => result.key === key)

export function failureOf(results: readonly Result[], key: string): Failure | undefined {
  const result = resultOf(results, key)
  return result?.status === 'failed' ? result.failure : undefined
}

export const isDone = (result: Result | undefined): boolean =>
  result !== undefined && result.status !== 'failed'

/** The record that a result names, as it stands in the CRM. */
export function recordOf(records: readonly SeenRecord[], result: Result | undefined): SeenRecord | undefined {
  if (result === undefined || result.status === 'failed') return undefined
  return records.find(({ id }) => id === result.remoteId)
}

/** Every change answered as done, and its note in the CRM. */
export async function mustHaveWritten(
  stage: Stage,
  changes: readonly Change[],
  results: readonly Result[],
  of: string,
): Promise<void> {
  const records = await stage.records()
  const { note } = stage.subject
  for (const { key, remoteId, fields } of changes) {
    const result = resultOf(results, key)
    const record = recordOf(records, result)
    stage.must(
      record?.fields[note] === fields[note],
      `${of}: ${key} is ${said(result)}, and the CRM lacks it`,
    )
    if (remoteId === undefined || record === undefined) continue
    stage.must(record.id === remoteId, `${of}: ${key} was written to another record`)
  }
}

export const said = (result: Result | undefined): string =>
  result === undefined ? 'unanswered' : result.status === 'failed' ? result.failure.kind : result.status

/** How a text stands in a field: CRMs keep nothing in their own ways. */
export const textIn = (record: SeenRecord | undefined, field: string): string => {
  const value = record?.fields[field]
  return value === undefined || value === null ? '' : String(value)
}
