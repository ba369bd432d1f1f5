import type { Account } from '../../domain/account.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { type Explanation, explanationOf } from '../../scoring/explain.ts'
import type { Scoring } from '../../scoring/score.ts'
import { stepAccount, withoutSignals } from '../../scoring/step-account.ts'
import type { StageChange } from '../../state/moves.ts'
import { openState, type State } from '../../state/state.ts'
import { accountDomain } from '../accounts/account-domain.ts'
import { nearestDomains } from '../accounts/nearest-domains.ts'
import { refuseAsOf } from '../as-of.ts'
import type { RunSurroundings } from '../surroundings.ts'
import { foldedMemories } from '../sync/folded-memories.ts'
import { mergeOrdered } from '../sync/merge-ordered.ts'
import { openStore } from '../sync/score-into-state.ts'

type ExplainRun = Pick<RunSurroundings, 'config' | 'model' | 'asOf' | 'progress'>

/** An explanation with what the state knows of the account's past. */
export interface ExplainedAccount extends Explanation {
  asOf: Date
  model: ExplainRun['model']
  /** The stages that it went through, oldest first; without this step's. */
  history: readonly StageChange[]
}

/**
 * Explains one account as it would be scored at `asOf`. Changes nothing; only the one account takes its step.
 * @param raw a domain, host, url or email address
 * @throws UserError (usage): no such account, with the nearest that there are, or one that is left out, with why
 */
export async function explain(run: ExplainRun, raw: string): Promise<ExplainedAccount> {
  const { config, model, asOf, progress } = run
  const domain = accountDomain(config.store, raw)
  const state = await openState(config.state, { readOnly: true })
  try {
    await refuseAsOf(state, asOf, { allowed: true, now: asOf })
    const scoring = await openStore(config, model, asOf, progress)
    try {
      const account = await stepped(run, state, scoring, domain)
      const days = await scoring.daysOf(domain)
      const history = await state.moves.historyOf(domain)
      return { ...explanationOf(account, days, model, asOf), asOf, model, history }
    } finally {
      await scoring.close()
    }
  } finally {
    await state.close()
  }
}

/** The same step that a run takes with every account. */
async function stepped(
  { config, model, asOf }: ExplainRun,
  state: State,
  scoring: Scoring,
  domain: string,
): Promise<Account> {
  const before = (await state.accounts.get([domain])).get(domain)
  const now = (await scoring.measuredOf(domain)) ?? (before && withoutSignals(before, asOf))
  if (now === undefined) throw await unknown(state, scoring, domain, asOf)
  const folded = await foldedMemories(state, config.store.aliases)
  return stepAccount(folded.widen(now), folded.widenMemory(before), model, asOf)
}

async function unknown(state: State, scoring: Scoring, domain: string, asOf: Date): Promise<UserError> {
  const nearest = await nearestDomains(domain, known(state, scoring))
  return new UserError(
    `There is no account ${domain}: the sources have no signal of it before ${asOf.toISOString()}, and none is remembered`,
    {
      exitCode: EXIT.usage,
      hint: nearest.length === 0 ? 'oql score lists the accounts.' : `The nearest are ${nearest.join(', ')}.`,
    },
  )
}

async function* known(state: State, scoring: Scoring): AsyncGenerator<{ domain: string }> {
  for await (const { now, before } of mergeOrdered(scoring.measured(), state.accounts.rememberedAll())) {
    const account = now ?? before
    if (account !== undefined) yield account
  }
}
