import type { Model } from '../../config/model.ts'
import type { NoticeRules } from '../../plan/notices/make-notices.ts'
import type { Cleaning } from '../../scoring/clean.ts'
import type { Scoring } from '../../scoring/score.ts'
import { stepAccount, withoutSignals } from '../../scoring/step-account.ts'
import type { State } from '../../state/state.ts'
import { type HostVerdict, hostJudge } from '../../store/account-domain.ts'
import { foldedMemories } from './folded-memories.ts'
import { mergeOrdered } from './merge-ordered.ts'
import { rememberInBatches } from './remember-batches.ts'

export interface Stepping {
  scoring: Scoring
  state: State
  cleaning: Cleaning
  model: Model
  asOf: Date
  runId: string
  /** Left out: nobody is told. */
  notices?: NoticeRules | undefined
  progress: (what: string, done: number, of: number | null) => void
}

export interface Stepped {
  scored: number
  /** Accounts that were remembered before. */
  remembered: number
  /** Of those, how many moved from one stage to another. */
  moved: number
  retired: number
  /** Notices that nobody gets, because their channel is silent in this run. */
  silenced: number
}

/** How often people hear of it. */
const PROGRESS_EVERY = 10_000

/**
 * Takes every account's step and remembers it, with its moves: those that the signals know, those that only the state
 * remembers, and those that the config now leaves out, which are retired. Both lists come by domain and are merged, so
 * memory holds one batch. To be run in one transaction: a step is remembered whole or not at all.
 */
export async function stepAccounts(stepping: Stepping): Promise<Stepped> {
  const { scoring, state, cleaning, model, asOf, progress } = stepping
  const judge = hostJudge(cleaning.domains)
  const folded = await foldedMemories(state, cleaning.domains.aliases)
  const counts: Stepped = { scored: 0, remembered: 0, moved: 0, retired: 0, silenced: 0 }
  const batch = rememberInBatches(state, stepping.runId, asOf, stepping.notices ?? null)
  for await (const { now, before } of mergeOrdered(scoring.measured(), state.accounts.rememberedAll())) {
    const retiredBecause = before === undefined ? null : whyRetired(before.domain, judge(before.domain))
    if (before !== undefined && retiredBecause !== null) {
      counts.retired++
      await batch.retire(before.domain, retiredBecause)
      continue
    }
    const measured = now ?? (before === undefined ? undefined : withoutSignals(before, asOf))
    if (measured === undefined) continue
    const account = stepAccount(folded.widen(measured), folded.widenMemory(before), model, asOf)
    counts.scored++
    if (before !== undefined) counts.remembered++
    if (account.direction !== null && account.direction !== 'first') counts.moved++
    await batch.add(account, before)
    if (counts.scored % PROGRESS_EVERY === 0) progress('accounts scored', counts.scored, null)
  }
  await batch.flush()
  counts.silenced = batch.silenced()
  return counts
}

/** Why the config now leaves a remembered account out; null where it does not. */
function whyRetired(domain: string, { domain: account, leftOut }: HostVerdict): string | null {
  if (leftOut !== null) return leftOut
  return account === domain ? null : `folded into ${account}`
}
