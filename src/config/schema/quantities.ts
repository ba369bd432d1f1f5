import { z } from 'zod'
import { type Fault, fault, type Parsed } from '../read/parsed.ts'

/**
 * A schema for values that zod has no word for: `json` says to editors what may be written, `parse` says what it
 * means.
 */
export function parsed<T>(json: Record<string, unknown>, parse: (input: unknown) => Parsed<T>) {
  return z
    .unknown()
    .meta(json)
    .transform((input, context): T => {
      const result: Parsed<T> = input === undefined ? MISSING : parse(input)
      if ('value' in result) return result.value
      addFaults(result.faults, context)
      return z.NEVER
    })
}

const MISSING = { faults: [fault('missing')] }

/** Hands faults to zod, which puts the path to this value before theirs. */
export function addFaults(faults: readonly Fault[], context: z.core.$RefinementCtx): void {
  for (const { path, message, nearest } of faults) {
    context.addIssue({
      code: 'custom',
      message,
      path: [...path],
      ...(nearest === undefined ? {} : { params: { nearest } }),
    })
  }
}

/**
 * Looks at several values of a block together, even where some are wrong by themselves, so that every fault is told
 * at once. `check` must expect anything.
 */
export const crossChecked = <S extends z.ZodType>(
  schema: S,
  check: (written: unknown) => readonly Fault[],
): S => schema.superRefine((written, context) => addFaults(check(written), context), { when: () => true })

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(\d+)([smhd])$/

/** `30s`, `5m`, `1h`, `7d` → milliseconds. */
function parseDuration(input: unknown, orElse = ''): Parsed<number> {
  const [, count = '', unit = ''] = typeof input === 'string' ? (DURATION.exec(input.trim()) ?? []) : []
  const ms = Number(count) * (MS_PER_UNIT[unit] ?? Number.NaN)
  return Number.isSafeInteger(ms)
    ? { value: ms }
    : { faults: [fault(`must be a time such as 30s, 5m, 1h or 7d${orElse}`)] }
}

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMGT]iB)$/

/** `512MiB` → bytes. */
function parseSize(input: unknown): Parsed<number> {
  const [, count = '', unit = ''] = typeof input === 'string' ? (SIZE.exec(input.trim()) ?? []) : []
  const bytes = Math.floor(Number(count) * (BYTES_PER_UNIT[unit] ?? Number.NaN))
  return bytes > 0 && Number.isSafeInteger(bytes)
    ? { value: bytes }
    : { faults: [fault('must be a size such as 512MiB or 2GiB')] }
}

/** `50%` or `0.5` → 0.5; a plain number is taken as it is. */
function parseShare(input: unknown): Parsed<number> {
  const text = typeof input === 'number' ? String(input) : typeof input === 'string' ? input.trim() : ''
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  if (digits === undefined) return { faults: [fault('must be a share such as 50% or 0.5')] }
  // Dividing the digits themselves keeps 0.1% from becoming 0.0010000000000000002.
  return { value: percent === '%' ? Number(digits) / 100 : Number(digits) }
}

const within =
  (min: number, max: number, message: string) =>
  (share: Parsed<number>): Parsed<number> =>
    'value' in share && (share.value < min || share.value > max) ? { faults: [fault(message)] } : share

const wholeShare = within(Number.MIN_VALUE, 1, 'must be above 0% and at most 100%')

export const duration = () =>
  parsed({ type: 'string', pattern: DURATION.source, examples: ['30s', '5m', '1h', '7d'] }, parseDuration)

export const size = () =>
  parsed({ type: 'string', pattern: SIZE.source, examples: ['512MiB', '2GiB'] }, parseSize)

const SHARE_JSON = {
  anyOf: [
    { type: 'string', pattern: '^\\d+(\\.\\d+)?%$' },
    { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  ],
  examples: ['50%', 0.5],
}

export const share = () => parsed(SHARE_JSON, input => wholeShare(parseShare(input)))

/** A share below 1, or a whole count of rows from 1. */
function parseShareOrCount(input: unknown): Parsed<number> {
  const result = parseShare(input)
  if (!('value' in result))
    return { faults: [fault('must be a share such as 1% or 0.01, or a count of rows')] }
  const isShare = typeof input === 'string' && input.includes('%')
  if (isShare && result.value >= 1) return { faults: [fault('a share must be below 100%')] }
  return result.value < 1 || Number.isSafeInteger(result.value)
    ? result
    : { faults: [fault('a count of rows must be whole')] }
}

export const shareOrCount = () =>
  parsed(
    {
      anyOf: [
        { type: 'string', pattern: '^\\d+(\\.\\d+)?%$' },
        { type: 'number', minimum: 0 },
      ],
      examples: [0.01, '1%', 1000],
    },
    parseShareOrCount,
  )

/** A text that says something. */
export const text = () => z.string().min(1)

/** An address that may be left empty: `${NAME:-}` is how a config says "if there is one". */
export const orNothing = (schema: z.ZodType<string>) =>
  z
    .union([z.literal(''), schema])
    .transform(value => (value === '' ? null : value))
    .default(null)

/** `180d`, or `never` → null. */
export const durationOrNever = () =>
  parsed<number | null>(
    { anyOf: [{ const: 'never' }, { type: 'string', pattern: DURATION.source }], examples: ['7d', 'never'] },
    input => (input === 'never' ? { value: null } : parseDuration(input, ', or never')),
  )
