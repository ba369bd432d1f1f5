import type { Delivered } from '../../domain/planned-change.ts'
import { STAGES, type Stage } from '../../domain/stage.ts'

/** What decides which of several accounts on one record is written there. */
export interface Speaker {
  domain: string
  stage: Stage
  score: number
}

/** Sorts accounts that share a record, the one that speaks first: highest stage, then score, then domain. */
export function compareSpeakers(a: Speaker, b: Speaker): number {
  return standing(b.stage) - standing(a.stage) || b.score - a.score || byteOrder(a.domain, b.domain)
}

/** The account that speaks on a record that several share; undefined for none. Hand in no retired ones. */
export function speakerOf<A extends Speaker>(accounts: Iterable<A>): A | undefined {
  let best: A | undefined
  for (const account of accounts) if (best === undefined || compareSpeakers(account, best) < 0) best = account
  return best
}

/**
 * What a shared record holds: the last write counts, whichever account made it. Without this an account that speaks
 * again after another did would take its own old values for the record's.
 */
export function latestDelivered(of: Iterable<Delivered>): Delivered | null {
  let latest: Delivered | null = null
  for (const delivered of of) {
    if (latest === null || time(delivered) > time(latest)) latest = delivered
  }
  return latest
}

const time = ({ asOf }: Delivered): number => asOf?.getTime() ?? Number.NEGATIVE_INFINITY

/** `inactive` stands outside the order of the stages: it gives way to all. */
const standing = (stage: Stage): number => (stage === 'inactive' ? -1 : STAGES.indexOf(stage))

const byteOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
