import type { Model } from '../../../src/config/model.ts'
import { modelSchema } from '../../../src/config/schema/model-schema.ts'
import type { Account, Remembered } from '../../../src/domain/account.ts'
import type { Cleaning } from '../../../src/scoring/clean.ts'
import type * as plain from '../../reference/clean.ts'
import type { ModelLiteral } from '../../reference/model-literal.ts'
import type { Reference } from '../../reference/reference.ts'
import type { RememberedAccount } from '../../reference/step.ts'
import type { ScoredRows } from './score-rows.ts'

/** A model as the product reads it from a file. */
export const modelOf = (literal: ModelLiteral): Model => modelSchema('unnamed').parse(literal)

export const cleaningOf = ({ aliases, exclude }: plain.Cleaning): Cleaning => ({
  domains: { aliases, excluded: exclude.domains, freeMail: exclude.free_mail },
  connectionTypes: exclude.connection_types,
  minConfidence: exclude.min_confidence,
  bots: exclude.bots,
})

/** The reference writes stages and risks as plain texts. */
export const rememberedOf = (account: RememberedAccount): Remembered => account as Remembered

/** What the product computed, in the reference's shape: words for people and what only the product has left out. */
export const asReference = ({ signals, accounts, retired }: ScoredRows): Reference => ({
  signals: { read: signals.read, accepted: signals.accepted, leftOut: signals.leftOut },
  accounts: accounts.map(
    ({ reason: _, industry: __, size: ___, topArtifacts, facts, ...account }: Account) => ({
      ...account,
      facts: { ...facts, top_artifacts: [...topArtifacts] },
    }),
  ),
  retired,
})

/** Retired accounts have no order. */
export const inOneOrder = (result: Reference): Reference => ({
  ...result,
  retired: result.retired.toSorted(),
})
