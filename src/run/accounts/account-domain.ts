import type { StoreConfig } from '../../config/config.ts'
import { companyDomain } from '../../domain/company-domain.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { type HostVerdict, hostJudge } from '../../store/account-domain.ts'
import { cleaningOf } from './normalise.ts'

/** As in signals: an email whose host has a label `noreply` names no company (MODEL.md §1). */
const NOREPLY = /@(?:.*\.)?noreply\./i

/**
 * The domain of the account that people mean by a domain, host, url or email address.
 * @throws UserError (usage) that says why there can be no such account: it is left out, or folded into another
 */
export function accountDomain(store: StoreConfig, raw: string): string {
  const own = NOREPLY.test(raw) ? null : companyDomain(raw)
  if (own === null) {
    throw new UserError(
      `"${raw}" names no company: it is an address without a registrable domain, or no address at all`,
      { exitCode: EXIT.usage, hint: 'Give the domain of a company, such as acme.com.' },
    )
  }
  const verdict = hostJudge(cleaningOf(store).domains)(own)
  if (verdict.domain !== null && verdict.domain !== own) throw foldedAway(own, verdict.domain, verdict)
  if (verdict.leftOut !== null) throw leftOut(own, verdict.leftOut)
  return own
}

function foldedAway(own: string, into: string, verdict: HostVerdict): UserError {
  const message = `${own} is no account of its own: it is folded into ${into} (store.aliases)`
  if (verdict.leftOut !== null) {
    return new UserError(`${message}, and ${WHY[verdict.leftOut]}`, { exitCode: EXIT.usage })
  }
  return new UserError(message, { exitCode: EXIT.usage, hint: `Ask for ${into}.` })
}

const leftOut = (own: string, why: keyof typeof WHY): UserError =>
  new UserError(`${own} is no account: ${WHY[why]}`, {
    exitCode: EXIT.usage,
    hint: 'What is left out is not scored. Change store.exclude in the config if it should be.',
  })

const WHY: Readonly<Record<NonNullable<HostVerdict['leftOut']>, string>> = {
  free_mail: 'that is a free mail provider (free_mail, store.exclude.free_mail)',
  excluded: 'that is left out by the config (excluded, store.exclude.domains)',
  not_a_company: 'that is not a company (not_a_company)',
}
