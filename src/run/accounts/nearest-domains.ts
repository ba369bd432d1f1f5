import { distance } from 'fastest-levenshtein'

/** So many are still read. */
const MOST = 3
/** A domain that differs in more than half of its letters is another, and no slip of the hand. */
const MOST_DIFFERENT = 0.5

/** The domains that are most like the one asked for, nearest first; holds only those. Each is looked at once. */
export async function nearestDomains(
  asked: string,
  known: AsyncIterable<{ domain: string }>,
): Promise<string[]> {
  let nearest: { domain: string; away: number }[] = []
  for await (const { domain } of known) {
    const away = distance(asked, domain)
    if (away > MOST_DIFFERENT * Math.max(asked.length, domain.length)) continue
    if (nearest.length === MOST && away >= (nearest.at(-1)?.away ?? 0)) continue
    nearest = [...nearest, { domain, away }].sort((a, b) => a.away - b.away).slice(0, MOST)
  }
  return nearest.map(({ domain }) => domain)
}
