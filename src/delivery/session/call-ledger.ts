import type { Clock } from '../../clock.ts'
import { SessionFault } from '../../contract/faults.ts'
import type { Limits } from '../../contract/session.ts'
import type { Quota } from '../../state/connectors.ts'
import type { State } from '../../state/state.ts'
import type { CallCounts } from './call.ts'

/** Our own calls, by the CRM's day, against the share of its quota that the config gives us. */
export interface CallLedger {
  /** @throws SessionFault (quota) where the day's share is used up */
  beforeCall(): void
  /** Counts what was sent since in the state, so that a restart knows of it. */
  save(): Promise<void>
  /** Today's calls and how many we may make; null where there is no budget, or the CRM tells no quota. */
  standing(): { used: number; of: number } | null
}

export interface LedgerOptions {
  name: string
  /** Share of the CRM's daily quota, 0 to 1; null leaves it to the CRM. */
  budget: number | null
  state: State
  clock: Clock
  limits: () => Limits
  /** Grows with each call that is sent. */
  counts: Readonly<CallCounts>
}

export async function callLedger(options: LedgerOptions): Promise<CallLedger> {
  const { name, budget, state, clock, limits, counts } = options
  const remembered = await state.connectors.get(name)
  const before = new Map(Object.entries(remembered.callsByDay))
  let savedQuota = remembered.quota
  /** Before this session's first answer, as an earlier one left it: a run that may call no more learns it so. */
  const quota = (): Quota | null => {
    const { daily = savedQuota?.daily, timeZone = savedQuota?.timeZone ?? null } = limits()
    return daily === undefined ? null : { daily, timeZone }
  }
  const sent = () => counts.read + counts.write
  let saved = 0
  /** Calls that fell on each day since the last look. */
  const unsaved = new Map<string, number>()
  const today = () => dayIn(limits().timeZone ?? savedQuota?.timeZone ?? undefined, clock.now())
  let seen = 0
  const look = (): string => {
    const day = today()
    unsaved.set(day, (unsaved.get(day) ?? 0) + sent() - seen)
    seen = sent()
    return day
  }
  const standing = () => {
    const now = quota()
    if (budget === null || now === null) return null
    const day = look()
    return { used: (before.get(day) ?? 0) + (unsaved.get(day) ?? 0), of: Math.floor(budget * now.daily) }
  }
  return {
    standing,
    beforeCall() {
      const now = standing()
      if (now === null || now.used < now.of) return
      throw new SessionFault('quota', `the budget for today is used up (${now.used} of ${now.of} calls)`)
    },
    async save() {
      look()
      if (sent() === saved) return
      saved = sent()
      const now = quota()
      if (now !== null && (now.daily !== savedQuota?.daily || now.timeZone !== savedQuota.timeZone)) {
        savedQuota = now
        await state.connectors.update(name, { quota: now })
      }
      const days = [...unsaved]
      unsaved.clear()
      for (const [day, calls] of days) {
        if (calls === 0) continue
        before.set(day, (before.get(day) ?? 0) + calls)
        await state.connectors.addCalls(name, day, calls)
      }
    },
  }
}

/** `YYYY-MM-DD` of the CRM's day. */
export const dayIn = (timeZone: string | undefined, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: timeZone ?? 'UTC', dateStyle: 'short' }).format(at)
