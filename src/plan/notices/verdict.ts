/** Where the account of a notice stands in the CRM whose confirmation the notice waits for. */
export interface NoticeSituation {
  /** It is remembered, and the config does not leave it out. */
  isAccount: boolean
  /** The connector's `only` holds. */
  isInScope: boolean
  standing: 'linked' | 'absent' | 'ambiguous' | 'ignored' | 'unknown'
  /** Of several accounts on one record, it is the one that is written. */
  speaks: boolean
  /** Nothing of this run's changes to its record is left that the CRM did not take. */
  isConfirmed: boolean
  rejection: 'open' | 'retry' | 'dismissed' | null
  /** Records that are to be made were put off: no calls were left for them. */
  isPuttingOff: boolean
}

export type NoticeVerdict = { is: 'due' } | { is: 'dropped' | 'waits'; why: string }

const dropped = (why: string): NoticeVerdict => ({ is: 'dropped', why })
const waits = (why: string): NoticeVerdict => ({ is: 'waits', why })

/** Whether the CRM confirmed what a notice tells, once the connector's part of a run is over. */
export function noticeVerdict(situation: NoticeSituation): NoticeVerdict {
  const { standing, speaks, isConfirmed, rejection } = situation
  if (!situation.isAccount) return dropped('the account is left out by the config now')
  if (!situation.isInScope) return dropped('the connector leaves the account alone (only:)')
  if (standing === 'ignored') return dropped('the account is never to be linked (oql links ignore)')
  if (standing === 'ambiguous') return waits('several records fit the account: see oql links')
  if (standing === 'unknown') return waits('the account was not looked for yet')
  if (standing === 'linked' && !speaks) return dropped('another account speaks for its record')
  if (rejection === 'dismissed') return dropped('the change of its record was dismissed')
  if (rejection !== null) return waits('the change of its record is refused: see oql rejections')
  if (!isConfirmed) return waits('the CRM has not taken the change of its record yet')
  if (standing === 'absent' && situation.isPuttingOff)
    return waits('its record may be made yet: the calls of the day were not enough')
  return standing === 'linked' ? { is: 'due' } : dropped('the CRM has no record of the account')
}
