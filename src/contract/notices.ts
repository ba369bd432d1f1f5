import type { Fields } from './fields.ts'

export const NOTICE_TYPES = ['task', 'note', 'event'] as const
export type NoticeType = (typeof NOTICE_TYPES)[number]

/** What a stage or risk change starts in the CRM; `notify` makes it, once for each `id`. */
export type Notice = {
  /** The same at each attempt; the CRM record carries it. */
  id: string
  /** A first attempt is false. True: an answer may have been lost, so look for it before making it. */
  mayExist: boolean
} & (
  | {
      type: 'task'
      record: { object: string; remoteId: string }
      subject: string
      body: string
      dueAt: Date
      /** Nobody: the CRM's own default. */
      owner: string | null
    }
  | { type: 'note'; record: { object: string; remoteId: string }; subject: string; body: string; at: Date }
  /** `fields` hold all that the event carries, its id too. */
  | { type: 'event'; fields: Fields }
)
