/** What really differs between the engines' SQL. Everything else is one text for all of them. */
export interface Dialect {
  /** A 64-bit hash of a text: equal texts, equal hashes. */
  hash(text: string): string
  /** A 64-bit hash of several texts, absent ones too. */
  hashAll(texts: readonly string[]): string
  /** A UTC timestamp without zone from `YYYY-MM-DD[T ]hh:mm:ss[.f][zone]`, null where it is none. */
  parseTime(text: string): string
  /** The first group of a regular expression in a text, or the empty text. */
  capture(text: string, pattern: string): string
  matches(text: string, pattern: string): string
  /** Whole 24-hour days from one timestamp to a later one. */
  wholeDays(from: string, to: string): string
  /** Milliseconds since 1970 as a double. */
  epochMs(timestamp: string): string
  /** `value` of the row with the greatest `at`; of equal ones the greatest value. Aggregate; nulls are passed over. */
  latest(value: string, at: string): string
  bitOr(bits: string): string
  /** 2 to the power of `exponent`, as bits. */
  bit(exponent: string): string
}

/** The time format of MODEL.md §1: to the second, with fraction and zone if it likes. */
const TIME =
  '\\d{4}-\\d{2}-\\d{2}[T ]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?( ?UTC|Z|z|[+-]\\d{2}(:?\\d{2})?)?'

export const duckdbDialect: Dialect = {
  // DuckDB hashes null to a number.
  hash: text => `case when ${text} is not null then hash(${text}) end`,
  hashAll: texts => `hash(${texts.join(', ')})`,
  // The session's time zone is UTC, so a text without a zone is read as UTC; ICU knows no small z.
  parseTime: text =>
    `case when regexp_full_match(${text}, '${TIME}') then try_cast(upper(${text}) as timestamptz) at time zone 'UTC' end`,
  capture: (text, pattern) => `regexp_extract(${text}, '${pattern}', 1)`,
  matches: (text, pattern) => `regexp_matches(${text}, '${pattern}')`,
  wholeDays: (from, to) => `cast((epoch_us(${to}) - epoch_us(${from})) // 86400000000 as integer)`,
  epochMs: timestamp => `cast(epoch_ms(${timestamp}) as double)`,
  latest: (value, at) => `(max({a: ${at}, v: ${value}}) filter (where ${value} is not null)).v`,
  bitOr: bits => `bit_or(${bits})`,
  bit: exponent => `cast(1 << (${exponent}) as integer)`,
}
