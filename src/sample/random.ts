/** A stream of uniform numbers in [0, 1): the same seed gives the same stream, on every machine. */
export type Random = () => number

const UINT32 = 2 ** 32

/**
 * Two 32-bit words into one that looks unrelated to both (MurmurHash3's finaliser, by Austin Appleby):
 * gives every account and day a seed of its own without keeping any.
 */
export function mix(left: number, right: number): number {
  let hash = Math.imul(left ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(right + 0x7f4a7c15, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** One uniform number in [0, 1) that belongs to these two words for ever. */
export const fraction = (left: number, right: number): number => mix(left, right) / UINT32

/** A whole number from `from` to `to`, both included, that belongs to these two words. */
export const between = (left: number, right: number, from: number, to: number): number =>
  from + Math.floor(fraction(left, right) * (to - from + 1))

/** Chris Doty-Humphrey's sfc32, public domain: small, fast, passes PractRand. */
export function randomFrom(seed: number): Random {
  let a = mix(seed, 1)
  let b = mix(seed, 2)
  let c = mix(seed, 3)
  let counter = 1
  return () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / UINT32
  }
}

/** One member of a list that is not empty. */
export function pick<Item>(list: readonly [Item, ...Item[]], random: number): Item {
  return list[Math.floor(random * list.length)] ?? list[0]
}

/** The next number of the stream chooses. */
export const oneOf = <Item>(list: readonly [Item, ...Item[]], random: Random): Item => pick(list, random())
