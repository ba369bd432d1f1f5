import type { RelatedRecord } from '../../domain/related-record.ts'
import { readLeadKey } from './lead-key.ts'

/** How an account that deserves a lead stands, by the last lead that was made for it. */
export type LeadStanding =
  /** One is open, and is kept up to date. */
  | { standing: 'open'; lead: RelatedRecord }
  /** The next one may be made, once the CRM knows of no other. */
  | { standing: 'due'; number: number }
  /** Closed, and `again` makes no other, or not yet. */
  | { standing: 'over'; as: 'closed' | 'converted' }

/**
 * @param leads those of one account, as far as they are known
 * @param again after so long a closed lead may be followed by another; null is never
 */
export function leadStanding(
  leads: readonly RelatedRecord[],
  again: number | null,
  asOf: Date,
): LeadStanding {
  const last = leads.toSorted((a, b) => numberOf(b) - numberOf(a))[0]
  if (last === undefined) return { standing: 'due', number: 1 }
  if (last.status === 'open') return { standing: 'open', lead: last }
  const since = last.closedAt ?? last.madeAt
  const isDue = again !== null && since !== null && asOf.getTime() - since.getTime() >= again
  return isDue ? { standing: 'due', number: numberOf(last) + 1 } : { standing: 'over', as: last.status }
}

const numberOf = ({ key }: RelatedRecord): number => readLeadKey(key)?.number ?? 0
