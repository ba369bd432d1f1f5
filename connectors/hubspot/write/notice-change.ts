import { type Change, type Fields, type Notice, SessionFault } from '../../../src/contract/index.ts'
import { uniqueProperty } from '../objects.ts'

/** A task or note to be made, tied to the record that it is about. */
export type NoticeChange = Change & {
  keyField: string
  associate: readonly [{ object: string; remoteId: string }]
}

/** What a notice is in HubSpot. Bodies are HTML there, and ours are plain text. */
export function changeOf(notice: Notice, object: string): NoticeChange {
  const keyField = uniqueProperty(object)
  if (notice.type === 'event' || keyField === undefined) {
    throw new SessionFault('bug', `the HubSpot connector makes no ${notice.type} of ${object}`)
  }
  const fields = notice.type === 'task' ? taskFields(notice) : noteFields(notice)
  return { key: notice.id, keyField, object, fields, associate: [notice.record] }
}

function taskFields({ subject, body, dueAt, owner }: Extract<Notice, { type: 'task' }>): Fields {
  return {
    hs_timestamp: dueAt.toISOString(),
    hs_task_subject: subject,
    hs_task_body: html(body),
    hs_task_status: 'NOT_STARTED',
    hs_task_priority: 'MEDIUM',
    hs_task_type: 'TODO',
    ...(owner === null ? {} : { hubspot_owner_id: owner }),
  }
}

/** A note has no subject of its own: it stands above the body. */
function noteFields({ subject, body, at }: Extract<Notice, { type: 'note' }>): Fields {
  const title = subject === '' ? '' : `<strong>${html(subject)}</strong>`
  const parts = [title, html(body)].filter(part => part !== '')
  return { hs_timestamp: at.toISOString(), hs_note_body: parts.join('<br>') }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const html = (text: string): string =>
  text.replace(/[&<>"']/g, sign => ESCAPES[sign] ?? sign).replace(/\r?\n/g, '<br>')
