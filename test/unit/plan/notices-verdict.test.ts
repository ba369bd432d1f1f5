import { expect, it } from 'vitest'
import { type NoticeSituation, noticeVerdict } from '../../../src/plan/notices/verdict.ts'

const confirmed: NoticeSituation = {
  isAccount: true,
  isInScope: true,
  standing: 'linked',
  speaks: true,
  isConfirmed: true,
  rejection: null,
  isPuttingOff: false,
}

it.each<[string, Partial<NoticeSituation>, string]>([
  ['its record holds what it should', {}, 'due'],
  ['the change of its record is still to be sent', { isConfirmed: false }, 'waits'],
  ['the change of its record is refused', { rejection: 'open' }, 'waits'],
  ['a refused change is to be sent again', { rejection: 'retry' }, 'waits'],
  ['a person dismissed the change', { rejection: 'dismissed' }, 'dropped'],
  ['another account speaks for its record', { speaks: false }, 'dropped'],
  ['several records fit it', { standing: 'ambiguous' }, 'waits'],
  ['nobody looked for it yet', { standing: 'unknown' }, 'waits'],
  ['it has no record, and gets none', { standing: 'absent' }, 'dropped'],
  ['its record may be made when there are calls again', { standing: 'absent', isPuttingOff: true }, 'waits'],
  ['other records are put off', { isPuttingOff: true }, 'due'],
  ['its record is still to be made', { standing: 'absent', isConfirmed: false }, 'waits'],
  ['its record was refused', { standing: 'absent', rejection: 'open' }, 'waits'],
  ['a person said to leave it alone', { standing: 'ignored' }, 'dropped'],
  ['only: leaves it alone', { isInScope: false }, 'dropped'],
  ['the config leaves it out now', { isAccount: false }, 'dropped'],
])('where %s', (_, over, verdict) => {
  expect(noticeVerdict({ ...confirmed, ...over }).is).toBe(verdict)
})
