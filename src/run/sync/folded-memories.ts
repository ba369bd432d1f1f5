import type { Measured, Remembered } from '../../domain/account.ts'
import type { State } from '../../state/state.ts'

interface Seen {
  firstSeen: Date
  lastSeen: Date
}

/** What is remembered of domains that an alias now folds into another account: when they were first and last seen. */
export interface FoldedMemories {
  widen(measured: Measured): Measured
  widenMemory(remembered: Remembered | undefined): Remembered | undefined
}

/** Of a fold the earlier first and the later last seen count (MODEL.md §5). Aliases are written by hand: they are few. */
export async function foldedMemories(
  state: State,
  aliases: Readonly<Record<string, readonly string[]>>,
): Promise<FoldedMemories> {
  const seen = new Map<string, Seen>()
  for (const [account, domains] of Object.entries(aliases)) {
    const [first, ...others] = (await state.accounts.get(domains)).values()
    if (first !== undefined) seen.set(account, others.reduce<Seen>(wider, first))
  }
  const widen = <T extends Seen & { domain: string }>(account: T): T => {
    const folded = seen.get(account.domain)
    return folded === undefined ? account : { ...account, ...wider(account, folded) }
  }
  return {
    widen,
    widenMemory: remembered => (remembered === undefined ? undefined : widen(remembered)),
  }
}

const wider = (a: Seen, b: Seen): Seen => ({
  firstSeen: new Date(Math.min(a.firstSeen.getTime(), b.firstSeen.getTime())),
  lastSeen: new Date(Math.max(a.lastSeen.getTime(), b.lastSeen.getTime())),
})
