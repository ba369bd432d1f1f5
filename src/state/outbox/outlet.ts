import type { NoticeAbout } from '../../domain/notice.ts'

/** One way out: what is to be told on one channel of one kind of change. Its order is kept per account. */
export interface Outlet {
  channel: string
  about: NoticeAbout
}
