import { z } from 'zod'
import type { Request } from './counters.ts'

const policy = z.enum(['TEN_SECONDLY_ROLLING', 'SECONDLY', 'DAILY'])
const commit = z.enum(['before_commit', 'after_commit'])

/** What goes wrong. `at`: whether the request was carried out first; the answer is lost either way. */
const trouble = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reset'), at: commit }),
  z.strictObject({ kind: z.literal('html_502'), at: commit }),
  z.strictObject({ kind: z.literal('unavailable'), at: commit.default('before_commit') }),
  z.strictObject({ kind: z.literal('rate_limit'), policy }),
  z.strictObject({ kind: z.literal('locked') }),
  z.strictObject({ kind: z.literal('retry_later'), retryAfterSeconds: z.number().min(0) }),
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
  kind: z.enum(['read', 'write']).optional(),
  /** Strikes the next so many requests that fit. */
  times: z.int().min(1).optional(),
  /** Strikes every so many-th request that fits; 1 strikes each. */
  every: z.int().min(1).optional(),
})

export type Fault = z.input<typeof faultSchema> & {
  /** Asked of requests that fit otherwise. */
  when?: (request: Request) => boolean
}

/** A record that HubSpot won't take: `true` refuses the input. */
export type Poison = (input: {
  object: string
  id?: string
  properties: Readonly<Record<string, string>>
}) => boolean

/**
 * How a batch tells of such a record: as the sandbox does of all bad inputs; by failing as a whole; or by an error that
 * does not say whose it is, beside the others, which are written.
 */
export type Telling = 'usual' | 'whole' | 'unnamed'

export interface Faults {
  add(fault: Fault): void
  addPoison(poison: Poison, telling: Telling): void
  clear(): void
  /** What befalls this request; a fault that is used up is gone. */
  take(request: Request): Trouble | undefined
  /** How this record's refusal is told; undefined where it is taken. */
  poisoned(input: Parameters<Poison>[0]): Telling | undefined
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
  let poisons: { poison: Poison; telling: Telling }[] = []
  return {
    add: ({ when, ...plain }) => {
      const fault = faultSchema.parse(plain)
      const { times, every = 1 } = fault
      const once = times === undefined && fault.every === undefined
      const left = times ?? (once ? 1 : Number.POSITIVE_INFINITY)
      active.push({ trouble: fault.trouble, fits: fitsOf(fault, when), seen: 0, left, every })
    },
    addPoison: (poison, telling) => {
      poisons.push({ poison, telling })
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
    poisoned: input => poisons.find(({ poison }) => poison(input))?.telling,
  }
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
