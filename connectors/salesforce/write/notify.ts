import {
  type Call,
  type Change,
  type Failure,
  type Notice,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { EVENT } from '../objects.ts'
import { type Activity, taskOf } from './activity.ts'
import { madeBefore } from './find-tasks.ts'
import { withNewHomes } from './follow-moved.ts'
import { sendAll } from './send-changes.ts'

/** Makes tasks, completed tasks (notes) and platform events. One result for each id. */
export async function notify(client: Client, notices: readonly Notice[], call: Call): Promise<Result[]> {
  if (new Set(notices.map(({ type }) => type)).size > 1) {
    throw new SessionFault('bug', 'a batch of notices mixes types')
  }
  const activities = notices.filter(notice => notice.type !== 'event')
  if (activities.length === 0)
    return (await sendAll(client, notices.flatMap(eventOf), call)).map(afterTheHour)
  return atNewHomes(client, activities, await make(client, activities, call), call)
}

/** Nothing can be asked of an event that was published: after a lost answer it is published again, with the same id. */
const eventOf = (notice: Notice): Change[] =>
  notice.type === 'event' ? [{ key: notice.id, object: EVENT, fields: notice.fields }] : []

/** The limit counts the last hour: part of it is free again after so long. */
const EVENTS_PAUSE_MS = 15 * 60_000

/** More events than an hour takes: asking again before some of that hour is over is a call for nothing. */
const afterTheHour = (result: Result): Result =>
  result.status === 'failed' && result.failure.code === 'LIMIT_EXCEEDED'
    ? { ...result, failure: { ...result.failure, retryAfterMs: EVENTS_PAUSE_MS } }
    : result

/** Makes those that are not there. Where that can't be told, none is made. */
async function make(client: Client, activities: readonly Activity[], call: Call): Promise<Result[]> {
  const [unsure, sure] = [true, false].map(is => activities.filter(({ mayExist }) => mayExist === is))
  const there = await thereOrFailure(client, unsure ?? [], call)
  const told = (unsure ?? []).flatMap(({ id }): Result[] => {
    if ('failure' in there) return [{ key: id, status: 'failed', failure: there.failure }]
    const remoteId = there.found.get(id)
    return remoteId === undefined ? [] : [{ key: id, status: 'written', remoteId }]
  })
  const keys = new Set(told.map(({ key }) => key))
  const missing = [...(sure ?? []), ...(unsure ?? []).filter(({ id }) => !keys.has(id))]
  return [...told, ...(await sendAll(client, missing.map(taskOf), call))]
}

async function thereOrFailure(
  client: Client,
  activities: readonly Activity[],
  call: Call,
): Promise<{ found: ReadonlyMap<string, string> } | { failure: Failure }> {
  try {
    return { found: await madeBefore(client, activities, call) }
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    return { failure: error.failure }
  }
}

/** A task about a record that was merged away or converted is made at the one that it lives on in. */
async function atNewHomes(
  client: Client,
  activities: readonly Activity[],
  results: readonly Result[],
  call: Call,
): Promise<Result[]> {
  const records = activities.map(({ id, record }): Change => ({ key: id, fields: {}, ...record }))
  const answers = new Map(results.map(result => [result.key, goneRecord(result)]))
  const told: Result[] = []
  for (const changes of Map.groupBy(records, ({ object }) => object).values()) {
    const own = changes.flatMap(({ key }) => answers.get(key) ?? [])
    told.push(...(await withNewHomes(client, changes, own, call)))
  }
  const byId = new Map(activities.map(activity => [activity.id, activity]))
  const onwards = told.flatMap(result => {
    const activity = byId.get(result.key)
    const record = result.status === 'failed' ? result.failure.movedTo : undefined
    return activity === undefined || record === undefined ? [] : [{ ...activity, record }]
  })
  if (onwards.length === 0) return told
  const again = await makeOrLeave(client, onwards, call)
  return told.map(result => again.get(result.key) ?? result)
}

/** What was made before stands, whatever becomes of these. */
async function makeOrLeave(
  client: Client,
  activities: readonly Activity[],
  call: Call,
): Promise<Map<string, Result>> {
  try {
    return new Map((await make(client, activities, call)).map(result => [result.key, result]))
  } catch (fault) {
    if (!(fault instanceof SessionFault || call.signal.aborted)) throw fault
    return new Map()
  }
}

/** A create can't be `gone` by itself: it is the record that the task is about. */
function goneRecord(result: Result): Result {
  if (result.status !== 'failed') return result
  const { code = '', field } = result.failure
  const isItsRecord = field === undefined || field === 'WhatId' || field === 'WhoId'
  if (!isItsRecord || !LOST_RECORD.has(code)) return result
  return { ...result, failure: { ...result.failure, kind: 'gone' } }
}

const LOST_RECORD: ReadonlySet<string> = new Set([
  'ENTITY_IS_DELETED',
  'INVALID_CROSS_REFERENCE_KEY',
  'CANNOT_UPDATE_CONVERTED_LEAD',
])
