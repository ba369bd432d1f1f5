import { isInScope, type Scope } from '../plan/account/in-scope.ts'
import { speakerOf } from '../plan/account/shared-record.ts'
import { type NoticeVerdict, noticeVerdict } from '../plan/notices/verdict.ts'
import type { Standing } from '../state/matching.ts'
import type { State } from '../state/state.ts'

/** A connector whose part of a run is over: every account's change was planned, and what the CRM took is recorded. */
export interface Confirming extends Scope {
  state: State
  connector: string
  runId: string
  now: Date
  /** Records that are to be made were put off. */
  isPuttingOff: boolean
}

/**
 * Lets notices go whose account the CRM holds as it now is, and drops those that have nobody to go to. Asks what is
 * recorded, not what this run did: a run that was killed before it came here leaves its notices to the next.
 * @returns how many were dropped
 */
export async function releaseConfirmed(confirming: Confirming): Promise<number> {
  const { state, connector, now } = confirming
  let dropped = 0
  for await (const domains of state.notices.waiting(connector)) {
    const verdicts = await verdictsOf(confirming, domains)
    dropped += await state.transaction(async inside => {
      let some = 0
      for (const { verdict, of } of alike(verdicts)) {
        if (verdict.is === 'due') await inside.notices.release(connector, of)
        else if (verdict.is === 'waits') await inside.notices.hold(connector, of, verdict.why)
        else some += await inside.notices.drop(connector, of, verdict.why, now)
      }
      return some
    })
  }
  return dropped
}

const alike = (verdicts: readonly (readonly [string, NoticeVerdict])[]) =>
  [...Map.groupBy(verdicts, ([, verdict]) => JSON.stringify(verdict)).values()].flatMap(group => {
    const [, verdict] = group[0] ?? []
    return verdict === undefined ? [] : [{ verdict, of: group.map(([domain]) => domain) }]
  })

async function verdictsOf(
  confirming: Confirming,
  domains: readonly string[],
): Promise<[string, NoticeVerdict][]> {
  const { state, connector, runId } = confirming
  const accounts = await state.accounts.get(domains)
  const standings = await state.matching.standings(connector, domains)
  const rejections = await state.rejections.get(connector, domains)
  const unconfirmed = await state.notices.unconfirmed(runId, connector, domains)
  const inJobs = await state.tickets.waiting(connector, domains)
  const silenced = await spokenFor(confirming, [...standings.values()])
  return domains.map(domain => {
    const account = accounts.get(domain)
    const verdict = noticeVerdict({
      isAccount: account !== undefined,
      isInScope: account !== undefined && isInScope(confirming, account),
      standing: standings.get(domain)?.status ?? 'unknown',
      speaks: !silenced.has(domain),
      isConfirmed: !unconfirmed.has(domain) && !inJobs.has(domain),
      rejection: rejections.get(domain)?.status ?? null,
      isPuttingOff: confirming.isPuttingOff,
    })
    return [domain, verdict]
  })
}

/** Accounts on records that another account speaks for: the same rule by which planning writes such a record. */
async function spokenFor(
  confirming: Confirming,
  standings: readonly Standing[],
): Promise<ReadonlySet<string>> {
  const { state, connector } = confirming
  const links = standings.flatMap(standing => (standing.status === 'linked' ? [standing.link] : []))
  const silenced = new Set<string>()
  for (const [object, some] of Map.groupBy(links, link => link.object)) {
    const ids = some.map(link => link.remoteId)
    const sharing = Map.groupBy(await state.links.byRecord(connector, object, ids), link => link.remoteId)
    for (const together of sharing.values()) {
      if (together.length < 2) continue
      const accounts = [...(await state.accounts.get(together.map(({ domain }) => domain))).values()]
      const inScope = accounts.filter(account => isInScope(confirming, account))
      const speaker = speakerOf(inScope) ?? speakerOf(accounts)
      for (const { domain } of together) if (domain !== speaker?.domain) silenced.add(domain)
    }
  }
  return silenced
}
