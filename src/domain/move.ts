/** How two places in an order compare: the one called for against the one held. */
export type Call = 'more' | 'same' | 'less'

/** What a step does with what is held, and since when steps have called for less. */
export interface Move {
  takes: boolean
  lowerSince: Date | null
}

/**
 * The one mechanism under stages and risks (MODEL.md §5): what calls for more is taken at once, what calls for less
 * only once steps have called for less for `demoteAfterMs` without a break, so that a wobble fires no CRM workflow.
 * Every move, and every step that calls for the same, forgets `lowerSince`.
 */
export function move(call: Call, lowerSince: Date | null, at: Date, demoteAfterMs: number): Move {
  switch (call) {
    case 'more':
      return { takes: true, lowerSince: null }
    case 'same':
      return { takes: false, lowerSince: null }
    case 'less': {
      const since = lowerSince ?? at
      const takes = at.getTime() - since.getTime() >= demoteAfterMs
      return { takes, lowerSince: takes ? null : since }
    }
  }
}

/** Compares two members of an order written lowest first. */
export function compareInOrder<T>(order: readonly T[], called: T, held: T): Call {
  const difference = order.indexOf(called) - order.indexOf(held)
  if (difference === 0) return 'same'
  return difference > 0 ? 'more' : 'less'
}
