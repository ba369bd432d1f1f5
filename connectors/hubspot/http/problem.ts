import { z } from 'zod'

const words = z.record(z.string(), z.union([z.string(), z.array(z.string())]).catch([]))
const text = z.string().optional().catch(undefined)

const detail = z.object({
  message: text,
  code: text,
  error: text,
  name: text,
  subCategory: text,
  context: words.optional().catch(undefined),
})

/**
 * What HubSpot says of a request, or of one input of a batch, that it refused. No member is always there, and a
 * member of another shape than the documented one is as good as absent: an error must never hide behind a parse error.
 */
export const problemSchema = z.object({
  message: text,
  category: text,
  subCategory: text,
  correlationId: text,
  errorType: text,
  policyName: text,
  context: words.optional().catch(undefined),
  errors: z.array(detail).optional().catch(undefined),
})

export type Problem = z.infer<typeof problemSchema>

export interface Explained {
  message: string
  code?: string
  field?: string
}

/** A rejection is read by people and kept in the state: longer texts say nothing more. */
const MAX_MESSAGE_CHARS = 1_000

/** The problem's own words, code and property. */
export function explain(problem: Problem): Explained {
  const details = [...embedded(problem.message), ...(problem.errors ?? [])]
  const first = details[0]
  const code = first?.error ?? first?.code ?? first?.subCategory ?? problem.subCategory ?? problem.category
  const field = first?.name ?? namedIn(first?.context) ?? namedIn(problem.context)
  return {
    message: sentence(problem, details).slice(0, MAX_MESSAGE_CHARS),
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
  }
}

/** The values that the problem or its details name under a key of their `context`. */
export function contextOf(problem: Problem, key: string | RegExp): string[] {
  const matches = (name: string) => (typeof key === 'string' ? name === key : key.test(name))
  return [problem.context, ...(problem.errors ?? []).map(error => error.context)]
    .flatMap(context => Object.entries(context ?? {}))
    .flatMap(([name, values]) => (matches(name) ? values : []))
}

/** Validation errors hide a JSON list in the message: `Property values were not valid: [{…}]`. */
function embedded(message: string | undefined): z.infer<typeof detail>[] {
  const list = message?.slice(message.indexOf('[')).match(/^\[\{.*\}\]/s)?.[0]
  if (list === undefined) return []
  try {
    return z.array(detail).parse(JSON.parse(list))
  } catch {
    // No list after all: the message stands as it is.
    return []
  }
}

function sentence(problem: Problem, details: readonly z.infer<typeof detail>[]): string {
  const inner = [...new Set(details.flatMap(one => one.message ?? []))].join('; ')
  const outer = problem.message?.replace(/:?\s*\[\{.*\}\]/s, '')
  if (outer === undefined || outer === '') return inner || (problem.category ?? 'refused without a reason')
  return inner === '' || outer.includes(inner) ? outer : `${outer}: ${inner}`
}

function namedIn(context: Problem['context']): string | undefined {
  return [context?.propertyName ?? context?.properties ?? context?.name ?? []].flat()[0]
}
