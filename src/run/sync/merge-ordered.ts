/** A pair of items with the same domain, or one of them alone. */
export interface Pair<A, B> {
  now: A | undefined
  before: B | undefined
}

/** Joins two lists that both come in byte order of domain, holding one item of each. */
export async function* mergeOrdered<A extends { domain: string }, B extends { domain: string }>(
  left: AsyncIterable<A>,
  right: AsyncIterable<B>,
): AsyncGenerator<Pair<A, B>> {
  const lefts = left[Symbol.asyncIterator]()
  const rights = right[Symbol.asyncIterator]()
  try {
    let a = await lefts.next()
    let b = await rights.next()
    while (!(a.done && b.done)) {
      const order = a.done ? 1 : b.done ? -1 : compare(a.value.domain, b.value.domain)
      yield { now: order <= 0 ? a.value : undefined, before: order >= 0 ? b.value : undefined }
      if (order <= 0) a = await lefts.next()
      if (order >= 0) b = await rights.next()
    }
  } finally {
    await lefts.return?.()
    await rights.return?.()
  }
}

/** Domains are ASCII: comparing texts compares bytes. */
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
