import type { Config, StoreConfig } from '../config/config.ts'
import { companyDomain } from '../domain/company-domain.ts'
import { EXIT, UserError } from '../domain/errors.ts'
import type { Forgotten, ForgottenPerson } from '../state/forget.ts'
import { hostJudge } from '../store/account-domain.ts'
import { emailAddress } from '../store/email-address.ts'
import { forgetCached } from '../store/forget-cached.ts'
import { cleaningOf } from './accounts/normalise.ts'
import { inLease } from './in-lease.ts'
import type { RunSurroundings } from './surroundings.ts'

/** What was removed of an account or a person, and what people must know about the rest. */
export type Forgetting = (
  | { domain: string; removed: Forgotten }
  | { email: string; removed: ForgottenPerson }
) & {
  /** Files of the cache (`data:`) that named them; absent where there were none. */
  cacheFiles?: number
  /** Whether it comes back, how to exclude it, and what is kept elsewhere. */
  hint: string
}

/**
 * Removes what the state and the cache keep of an account and its people, or of a person.
 * @param raw an email address, or a domain, host or url; one that the config leaves out too
 * @throws UserError (usage) where it is neither; exit 4 where a run is under way
 */
export function forget(
  { config, clock }: Pick<RunSurroundings, 'config' | 'clock'>,
  raw: string,
): Promise<Forgetting> {
  const who = whoIs(raw)
  return inLease(config, new Date(clock.now()), async state => {
    const files = await forgetFiles(config, who)
    const cacheFiles = files === 0 ? {} : { cacheFiles: files }
    return 'email' in who
      ? {
          ...who,
          removed: await state.forgetPerson(who.email),
          ...cacheFiles,
          hint: personHint(config, who.email),
        }
      : {
          ...who,
          removed: await state.forget([who.domain]),
          ...cacheFiles,
          hint: accountHint(config, who.domain),
        }
  })
}

function forgetFiles({ dataDir, store }: Config, who: Who): Promise<number> {
  const options = {
    dataDirectory: dataDir,
    memoryLimitBytes: store.memoryLimitBytes,
    // By the machine's own clock, which dates files too.
    now: Date.now(),
  }
  if ('email' in who) return forgetCached(options, who)
  const { domain: account } = judge(store, who.domain)
  return forgetCached(options, { ...who, accounts: [who.domain, ...(account === null ? [] : [account])] })
}

type Who = { email: string } | { domain: string }

/** A url may hold an @ too. */
function whoIs(raw: string): Who {
  if (raw.includes('@') && !raw.includes('/')) {
    const email = emailAddress(raw)
    if (email !== null) return { email }
    throw new UserError(`"${raw}" is no email address`, { exitCode: EXIT.usage, hint: EXAMPLE })
  }
  const domain = companyDomain(raw)
  if (domain !== null) return { domain }
  throw new UserError(`"${raw}" names no company`, { exitCode: EXIT.usage, hint: EXAMPLE })
}

const EXAMPLE = 'Give a domain, such as acme.com, or an email address, such as ann@acme.com.'

function accountHint(config: Config, domain: string): string {
  const verdict = judge(config.store, domain)
  const back = (): string => {
    if (verdict.leftOut !== null) return `The config leaves ${domain} out: no sync brings it back.`
    if (verdict.domain !== domain) {
      return `${domain} is folded into ${verdict.domain} (store.aliases): oql forget ${verdict.domain} removes what is kept there.`
    }
    return `A sync brings it back where the sources still name it. To keep it out: add ${domain} to store.exclude.domains in ${config.file}.`
  }
  return `${back()} ${elsewhere(config)}`
}

function personHint(config: Config, email: string): string {
  const host = email.slice(email.indexOf('@') + 1)
  const { domain, leftOut, isFreeMail } = judge(config.store, host)
  const back = (): string => {
    if (leftOut === 'excluded') return `The config leaves ${domain} out: no sync brings this address back.`
    const how = isFreeMail
      ? 'take the address out of the sources'
      : `take the address out of the sources, or add ${domain} to store.exclude.domains in ${config.file}, which leaves out all of the company`
    return `A sync brings it back where the sources still name it and a mapping has people: or leads:. To keep it out: ${how}.`
  }
  return `${back()} ${elsewhere(config)}`
}

/** What a command on the state does not reach. */
const elsewhere = ({ dataDir }: Config): string =>
  `The sources, the records in the CRM, and reports of earlier runs stay as they are. No copy of the sources in ${dataDir} names them now; the next run copies anew what the sources say. What a command that is at work just now holds there goes within a day.`

const judge = (store: StoreConfig, domain: string) => hostJudge(cleaningOf(store).domains)(domain)
