import type { Config } from '../config/config.ts'
import { UserError } from '../domain/errors.ts'
import type { Stepped } from './step-accounts.ts'

/** So few moves are no flood, whatever their share. */
const FEW_MOVES = 20

const HINT = 'Nothing was remembered or written. If it is right all the same, run it again with --yes.'

/** @throws UserError where the newest signal is older than `guard.max_staleness` allows */
export function refuseStale({ maxStalenessMs }: Config['guard'], newest: Date | null, asOf: Date): void {
  if (maxStalenessMs === null) return
  if (newest !== null && asOf.getTime() - newest.getTime() <= maxStalenessMs) return
  const age =
    newest === null ? 'there is no signal at all' : `the newest signal is of ${newest.toISOString()}`
  throw new UserError(`guard: ${age}, older than max_staleness (${inDays(maxStalenessMs)}) allows`, {
    hint: HINT,
  })
}

/** @throws UserError where more than `guard.max_stage_moves` of the remembered accounts would change stage */
export function refuseFlood({ maxStageMoves }: Config['guard'], { moved, remembered }: Stepped): void {
  if (maxStageMoves === null || moved <= FEW_MOVES || moved <= maxStageMoves * remembered) return
  throw new UserError(
    `guard: ${moved} of ${remembered} remembered accounts would change stage, more than max_stage_moves (${Math.round(maxStageMoves * 1000) / 10}%) allows`,
    { hint: HINT },
  )
}

const inDays = (ms: number): string => `${Math.round((ms / 86_400_000) * 10) / 10} days`
