import type { Ambiguity } from '../state/matching.ts'
import type { State } from '../state/state.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { count, counted, cut, oneLine } from './words.ts'

/** A screen of each; `--json` has all. */
const AMBIGUOUS_SHOWN = 20
const LINKS_SHOWN = 20
const CANDIDATE_CHARACTERS = 100

/** The ambiguous accounts first: they wait for a person. */
export async function renderLinks(terminal: Terminal, state: State): Promise<void> {
  const ambiguous = await firstOf(state.matching.ambiguities(), AMBIGUOUS_SHOWN)
  const links = await firstOf(state.links.list(), LINKS_SHOWN)
  const ignored = await state.matching.ignored()
  if (ambiguous.total > 0) {
    await terminal.out(
      `${terminal.colors.bold(counted(ambiguous.total, 'ambiguous account'))}: several records fit, so none is written\n\n`,
    )
    for (const one of ambiguous.first) await terminal.out(candidatesOf(one))
    await terminal.out(
      `${moreThan(ambiguous)}Say which: oql links add CONNECTOR DOMAIN RECORD_ID, or oql links ignore CONNECTOR DOMAIN\n\n`,
    )
  }
  await terminal.out(
    `${terminal.colors.bold(counted(links.total, 'link'))}, ${counted(ignored.length, 'ignored account')}\n`,
  )
  if (links.total === 0) return terminal.out('A sync makes links: oql sync\n')
  const rows = links.first.map(({ connector, domain, object, remoteId, by }) => [
    connector,
    domain,
    object,
    remoteId,
    by,
  ])
  const columns = ['connector', 'account', 'object', 'record', 'linked by'].map(head => ({ head }))
  return terminal.out(`\n${table(terminal, columns, rows)}${moreThan(links)}`)
}

interface Some<T> {
  first: T[]
  total: number
}

async function firstOf<T>(items: AsyncIterable<T>, most: number): Promise<Some<T>> {
  const some: Some<T> = { first: [], total: 0 }
  for await (const item of items) {
    some.total++
    if (some.first.length < most) some.first.push(item)
  }
  return some
}

const moreThan = <T>({ first, total }: Some<T>): string =>
  total > first.length ? `… and ${count(total - first.length)} more; --json has all of them\n` : ''

function candidatesOf({ connector, domain, candidates }: Ambiguity): string {
  const lines = candidates.map(({ remoteId, ...fields }) => {
    const shown = Object.entries(fields).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [`${name}: ${oneLine(String(value))}`],
    )
    return `  ${remoteId.padEnd(12)} ${cut(shown.join(', '), CANDIDATE_CHARACTERS)}\n`
  })
  return `${connector} ${domain}\n${lines.join('')}\n`
}
