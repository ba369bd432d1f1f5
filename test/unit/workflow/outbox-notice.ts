import type { Account } from '../../../src/domain/account.ts'
import type { OutboxNotice } from '../../../src/domain/notice.ts'
import { ALWAYS } from '../../../src/domain/when.ts'
import { noticesFor } from '../../../src/plan/notices/make-notices.ts'
import { AS_OF, account, context } from '../plan/situations.ts'

/** A notice as a change of this account makes it: of its stage, up from investigation, unless the test says otherwise. */
export function outboxNotice(
  of: Partial<Account> = {},
  over: Partial<OutboxNotice> = {},
  consoleUrl: string | null = null,
): OutboxNotice {
  const about = over.about ?? 'stage'
  const change =
    about === 'risk'
      ? { about, from: null, to: 'high', direction: null }
      : { about, from: 'investigation', to: 'experimentation', direction: 'up' as const }
  const { notices } = noticesFor(account(of), [change], {
    channels: [{ channel: 'hook', about, connector: null, when: ALWAYS, only: null, isSilent: false }],
    context: context({ consoleUrl }),
    segments: {},
    runId: 'run',
    at: AS_OF,
    since: AS_OF,
  })
  const [notice] = notices
  if (notice === undefined) throw new Error('the change made no notice')
  return { ...notice, ...over }
}
