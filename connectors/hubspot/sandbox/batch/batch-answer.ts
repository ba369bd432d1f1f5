import type { Clock } from '../control/clock.ts'
import type { RecordAnswer } from '../rest/record-answer.ts'
import type { ErrorBody } from '../rest/refusal.ts'

export interface BatchAnswer {
  status: 'COMPLETE'
  results: RecordAnswer[]
  numErrors?: number
  errors?: ItemError[]
  startedAt: string
  completedAt: string
}

export type ItemError = ErrorBody & { status: 'error' }

export function batchAnswer(clock: Clock, results: RecordAnswer[], errors: ItemError[]): BatchAnswer {
  return {
    ...completed(clock),
    results: shuffled(results),
    ...(errors.length === 0 ? {} : { numErrors: errors.length, errors }),
  }
}

/** What every batch says of itself. */
export function completed(clock: Clock) {
  const at = new Date(clock.now()).toISOString()
  return { status: 'COMPLETE', startedAt: at, completedAt: at } as const
}

/** Ids that stand for no record: one error for all of them, without trace ids. */
export function notFoundError(ids: readonly string[], singular: string): ItemError[] {
  if (ids.length === 0) return []
  const message = `Could not get some ${singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`
  return [{ status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids } }]
}

/** Knuth's multiplier: spreads consecutive ids over 32 bits. */
const SPREAD = 2_654_435_761

/** Never in the order of the inputs, and the same order each time. */
function shuffled(results: RecordAnswer[]): RecordAnswer[] {
  const place = ({ id }: RecordAnswer) => Math.imul(Number(id), SPREAD) >>> 0
  const mixed = results.toSorted((a, b) => place(a) - place(b))
  return mixed.every((one, index) => one === results[index]) ? mixed.toReversed() : mixed
}
