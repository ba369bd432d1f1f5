import type { Action } from '../config/mapping.ts'
import type { Notice } from '../contract/notices.ts'
import type { OutboxNotice } from '../domain/notice.ts'
import { STAGE_LABELS, STAGES } from '../domain/stage.ts'
import { filled } from '../plan/notices/template.ts'

/** What a notice needs of the CRM beside itself. */
export interface Delivering {
  record: { object: string; remoteId: string }
  owner: string | null
  now: Date
}

/** A notice as the CRM gets it. */
export function crmNotice(notice: OutboxNotice, action: Action, { record, owner, now }: Delivering): Notice {
  const which = { id: notice.id, mayExist: notice.isTried }
  switch (action.type) {
    case 'task':
      return {
        ...which,
        type: 'task',
        record,
        subject: filled(action.subject, notice),
        body: filled(action.body, notice),
        // From now on: who gets it late has the same time for it.
        dueAt: new Date(now.getTime() + action.dueInMs),
        owner,
      }
    case 'note':
      return {
        ...which,
        type: 'note',
        record,
        subject: noteSubject(notice),
        body: filled(action.body, notice),
        at: notice.at,
      }
    case 'event':
      return { ...which, type: 'event', fields: eventFields(notice) }
  }
}

/** For CRMs whose notes have one; the mapping names none. */
const noteSubject = (notice: OutboxNotice): string =>
  filled(notice.about === 'risk' ? '{{name}}: risk ' : '{{name}}: ', notice) +
  `${labelOf(notice, notice.from)} → ${labelOf(notice, notice.to)}`

function labelOf({ about }: OutboxNotice, value: string | null): string {
  if (value === null) return about === 'risk' ? 'none' : 'new'
  const stage = STAGES.find(one => one === value)
  return about === 'risk' || stage === undefined ? value : STAGE_LABELS[stage]
}

/** The fields of `OQL_Stage_Change__e` (CONFIG.md). */
const eventFields = ({ id, domain, from, to, direction, content }: OutboxNotice) => ({
  Notice_Id__c: id,
  Domain__c: domain,
  From__c: from,
  To__c: to,
  Direction__c: direction,
  Score__c: content.score ?? null,
  Reason__c: content.reason ?? null,
})
