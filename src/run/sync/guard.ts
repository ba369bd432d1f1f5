import type { Config } from '../../config/config.ts'
import type { CountedSignals, CountedStore } from '../../domain/counted-signals.ts'
import { UserError } from '../../domain/errors.ts'
import type { Stepped } from './step-accounts.ts'

/** So few moves are no flood, whatever their share. */
const FEW_MOVES = 20

const HINT = 'Nothing was remembered or written. If it is right all the same, run it again with --yes.'

/**
 * An input that lost all its signals since the last run clears everybody's score; more often than not the export is what
 * broke. Asked whatever `guard:` says. A source that the config no longer has is no loss of that source.
 * @param before what the last run counted; null before the first
 * @throws UserError where the store, or a source of it, had signals then and has none now
 */
export function refuseEmptied(before: CountedStore | null, now: CountedStore): void {
  if (before === null) return
  const earlier = new Map(before.sources.map(source => [source.name, source]))
  const lost = now.sources.flatMap(({ name, signals }) => {
    const had = earlier.get(name)
    return signals > 0 || had === undefined || had.signals === 0
      ? []
      : [`source ${name} has no signal any more; ${hadThen(had)}`]
  })
  if (lost.length === 0 && before.signals > 0 && now.sources.every(({ signals }) => signals === 0)) {
    lost.push(`no source has a signal any more; ${hadThen(before)}`)
  }
  if (lost.length === 0) return
  throw new UserError(`guard: ${lost.join('\n  ')}`, {
    hint: `Look at the files: is an export empty? ${HINT}`,
  })
}

const hadThen = ({ signals, newest }: CountedSignals): string =>
  `there were ${signals} at the last run, the newest of ${newest}`

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
