import { z } from 'zod'
import { placeOf } from '../rest/cursor.ts'

/** HubSpot's limits of one search. */
export const MAX_SEARCH_RESULTS = 10_000
const MAX_PAGE = 200
const DEFAULT_PAGE = 10
const MAX_GROUPS = 5
const MAX_FILTERS_OF_GROUP = 6
const MAX_FILTERS = 18
const MAX_QUERY_CHARS = 3_000

const operators = [
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
] as const

const filterSchema = z
  .strictObject({
    propertyName: z.string(),
    operator: z.enum(operators),
    value: z.string().optional(),
    highValue: z.string().optional(),
    values: z.array(z.string()).optional(),
  })
  .check(context => {
    const lacking = lackingPart(context.value)
    if (lacking !== undefined) {
      context.issues.push({ code: 'custom', message: lacking, input: context.value })
    }
  })
export type Filter = z.infer<typeof filterSchema>

const sortSchema = z.union([
  z.string().transform(name => ({ propertyName: name.replace(/^-/, ''), descending: name.startsWith('-') })),
  z
    .strictObject({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']).optional() })
    .transform(({ propertyName, direction }) => ({ propertyName, descending: direction === 'DESCENDING' })),
])

export const searchRequestSchema = z.strictObject({
  filterGroups: z
    .array(z.strictObject({ filters: z.array(filterSchema).min(1).max(MAX_FILTERS_OF_GROUP) }))
    .max(MAX_GROUPS)
    .default([])
    .refine(groups => groups.reduce((n, { filters }) => n + filters.length, 0) <= MAX_FILTERS, {
      message: `at most ${MAX_FILTERS} filters in all`,
    }),
  sorts: z.array(sortSchema).max(1).default([]),
  query: z.string().max(MAX_QUERY_CHARS).optional(),
  properties: z.array(z.string()).default([]),
  limit: z.int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  after: z
    .string()
    .default('0')
    .transform(after => offsetOf(after)),
})
export type SearchRequest = z.infer<typeof searchRequestSchema>

/** HubSpot takes a number of its own here, beside the cursor that it gave. */
const offsetOf = (after: string): number => Number(/^\d+$/.test(after) ? after : placeOf(after))

function lackingPart({
  operator,
  value,
  highValue,
  values,
}: z.core.output<typeof filterSchema>): string | undefined {
  if (operator === 'HAS_PROPERTY' || operator === 'NOT_HAS_PROPERTY') return undefined
  if (operator === 'IN' || operator === 'NOT_IN') {
    return values === undefined || values.length === 0 ? `${operator} needs values` : undefined
  }
  if (value === undefined || value === '') return `${operator} needs a value`
  return operator === 'BETWEEN' && (highValue ?? '') === '' ? 'BETWEEN needs a highValue' : undefined
}
