/** Consecutive parts of at most `size` members. */
export function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) =>
    all.slice(part * size, (part + 1) * size),
  )
}

/** Two halves of at least one member each. */
export function halves<T>(all: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(all.length / 2)
  return [all.slice(0, middle), all.slice(middle)]
}

/** Rounds in which no id stands twice, members of a round in order: Salesforce refuses a record that comes twice. */
export function rounds<T>(all: readonly T[], idOf: (member: T) => string): T[][] {
  const times = new Map<string, number>()
  const result: T[][] = []
  for (const member of all) {
    const id = idOf(member)
    const round = times.get(id) ?? 0
    times.set(id, round + 1)
    const members = result[round] ?? []
    members.push(member)
    result[round] = members
  }
  return result
}
