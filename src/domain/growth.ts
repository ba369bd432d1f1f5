/** Growth is kept to 4 places. */
const SCALE = 10_000n

/**
 * `now ÷ before − 1`, rounded half away from zero to 4 places; null where `before` is 0. Both are whole counts: the
 * rounding is done on integers, so no half is lost to binary fractions (MODEL.md §3).
 */
export function growth(now: number, before: number): number | null {
  if (before === 0) return null
  const difference = BigInt(now) - BigInt(before)
  const magnitude = difference < 0n ? -difference : difference
  const divisor = BigInt(before)
  // Adding half of the divisor before a whole division rounds a half up, here of a magnitude: away from zero.
  const rounded = (2n * magnitude * SCALE + divisor) / (2n * divisor)
  // No minus where it rounds to nothing: JSON and SQL would tell -0 from 0.
  if (rounded === 0n) return 0
  return Number(difference < 0n ? -rounded : rounded) / Number(SCALE)
}
