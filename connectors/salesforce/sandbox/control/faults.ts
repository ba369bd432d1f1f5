import { z } from 'zod'
import type { FlatFields } from '../org/stored-record.ts'
import type { RowError } from '../write/outcome.ts'
import type { Request } from './counters.ts'

const commit = z.enum(['before_commit', 'after_commit'])

/** What goes wrong. `at`: whether the request was carried out first; the answer is lost either way. */
const trouble = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reset'), at: commit }),
  z.strictObject({ kind: z.literal('html_502'), at: commit }),
  z.strictObject({ kind: z.literal('html_503'), at: commit.default('before_commit') }),
  z.strictObject({ kind: z.literal('unavailable'), at: commit.default('before_commit') }),
  z.strictObject({ kind: z.literal('rate_limit'), policy: z.enum(['daily', 'concurrent']) }),
  z.strictObject({ kind: z.literal('locked') }),
  z.strictObject({ kind: z.literal('expired_token') }),
  z.strictObject({
    kind: z.literal('slow'),
    at: commit.default('after_commit'),
    /** Before the answer begins. */
    delayMs: z.number().min(0).default(0),
    /** Between its bytes; 0 sends it whole. */
    byteDelayMs: z.number().min(0).default(0),
  }),
])
export type Trouble = z.infer<typeof trouble>

/** A fault as another process sets it. Without `times` and `every` it strikes once. */
export const faultSchema = z.strictObject({
  trouble,
  method: z.string().toUpperCase().optional(),
  /** A regular expression that the path must match. */
  path: z.string().refine(isPattern, 'is no regular expression').optional(),
  kind: z.enum(['read', 'write', 'token']).optional(),
  /** Strikes the next so many requests that fit. */
  times: z.int().min(1).optional(),
  /** Strikes every so many-th request that fits; 1 strikes each. */
  every: z.int().min(1).optional(),
})

export type Fault = z.input<typeof faultSchema> & {
  /** Asked of requests that fit otherwise. */
  when?: (request: Request) => boolean
}

/**
 * A record that Salesforce won't take: `true` refuses the row as a validation rule does, an error as it says.
 * `fields` is the record as it would be.
 */
export type Poison = (input: { object: string; id?: string; fields: FlatFields }) => boolean | RowError

export interface Faults {
  add(fault: Fault): void
  addPoison(poison: Poison): void
  clear(): void
  /** What befalls this request; a fault that is used up is gone. */
  take(request: Request): Trouble | undefined
  poisoned(input: Parameters<Poison>[0]): RowError | undefined
}

interface Active {
  trouble: Trouble
  fits(request: Request): boolean
  seen: number
  left: number
  every: number
}

export function createFaults(): Faults {
  let active: Active[] = []
  let poisons: Poison[] = []
  return {
    add: ({ when, ...plain }) => {
      const fault = faultSchema.parse(plain)
      const { times, every = 1 } = fault
      const once = times === undefined && fault.every === undefined
      const left = times ?? (once ? 1 : Number.POSITIVE_INFINITY)
      active.push({ trouble: fault.trouble, fits: fitsOf(fault, when), seen: 0, left, every })
    },
    addPoison: poison => {
      poisons.push(poison)
    },
    clear: () => {
      active = []
      poisons = []
    },
    take: request => {
      for (const fault of active) {
        if (!fault.fits(request)) continue
        fault.seen++
        if (fault.seen % fault.every !== 0) continue
        fault.left--
        active = active.filter(({ left }) => left > 0)
        return fault.trouble
      }
      return undefined
    },
    poisoned: input => {
      for (const poison of poisons) {
        const verdict = poison(input)
        if (verdict !== false) return verdict === true ? VALIDATION_RULE : verdict
      }
      return undefined
    },
  }
}

const VALIDATION_RULE: RowError = {
  statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  message: 'A validation rule of this org does not allow it.',
  fields: [],
}

function fitsOf(fault: z.infer<typeof faultSchema>, when: Fault['when']): (request: Request) => boolean {
  const path = fault.path === undefined ? undefined : new RegExp(fault.path)
  return request =>
    (fault.method === undefined || fault.method === request.method) &&
    (fault.kind === undefined || fault.kind === request.kind) &&
    (path === undefined || path.test(request.path)) &&
    (when === undefined || when(request))
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
