import type { Change, Fields, Notice } from '../../../src/contract/index.ts'
import { LEAD, NOTICE_FIELD, TASK } from '../objects.ts'

/** A notice that becomes a task; a note is a completed one. */
export type Activity = Exclude<Notice, { type: 'event' }>

/** Salesforce's longest subject and description of a task. */
const MAX_SUBJECT_CHARS = 255
const MAX_BODY_CHARS = 32_000

/** Accounts are what a task is about, leads whom it is with. */
export const parentField = (object: string): 'WhatId' | 'WhoId' => (object === LEAD ? 'WhoId' : 'WhatId')

/** The task that a notice asks for. */
export function taskOf(activity: Activity): Change {
  const { id, record, subject, body } = activity
  const fields: Fields = {
    [parentField(record.object)]: record.remoteId,
    Subject: cut(subject, MAX_SUBJECT_CHARS),
    Description: cut(body, MAX_BODY_CHARS),
    [NOTICE_FIELD]: id,
    ...(activity.type === 'task'
      ? { ActivityDate: day(activity.dueAt), Status: 'Not Started', ...ownerOf(activity.owner) }
      : { ActivityDate: day(activity.at), Status: 'Completed' }),
  }
  return { key: id, object: TASK, fields }
}

/** A task can't be nobody's: left out, it is the integration user's. */
const ownerOf = (owner: string | null): Fields => (owner === null ? {} : { OwnerId: owner })

const day = (at: Date): string => at.toISOString().slice(0, 'YYYY-MM-DD'.length)

/** Never between the two halves of one character. */
const cut = (text: string, maxChars: number): string =>
  text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, '')
