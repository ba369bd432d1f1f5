import type { Config } from '../config/config.ts'
import type { Model } from '../config/model.ts'
import type { Account } from '../domain/account.ts'
import { EXIT, UserError } from '../domain/errors.ts'
import type { Stage } from '../domain/stage.ts'
import { holds } from '../domain/when.ts'
import { lookupFor } from '../plan/values/condition-values.ts'
import { nearest } from './nearest.ts'

/** What `score` may be narrowed by. */
export interface Narrowing {
  segment?: string
  stage?: Stage
  country?: string
  since?: Date
}

/**
 * Whether an account is asked for.
 * @throws UserError (usage) for a segment that the config does not have
 */
export function accountFilter(
  { segment, stage, country, since }: Narrowing,
  { config, model, asOf }: { config: Config; model: Model; asOf: Date },
): (account: Account) => boolean {
  const { segments } = config
  const when = segment === undefined ? undefined : segments[segment]
  if (segment !== undefined && when === undefined) throw unknownSegment(segment, Object.keys(segments))
  const context = { model: model.name, labels: model.labels, asOf, consoleUrl: config.serve.url }
  return account =>
    (stage === undefined || account.stage === stage) &&
    (country === undefined || account.country?.toUpperCase() === country.toUpperCase()) &&
    (since === undefined || account.lastSeen >= since) &&
    (when === undefined || holds(when, lookupFor(account, context, segments)))
}

function unknownSegment(segment: string, known: readonly string[]): UserError {
  return new UserError(`no segment is called ${segment}`, {
    exitCode: EXIT.usage,
    hint: known.length === 0 ? 'The config has no segments: yet.' : nearest(segment, known),
  })
}
