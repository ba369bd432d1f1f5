import { createHash } from 'node:crypto'
import type { Mapping } from '../../config/mapping.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'

/**
 * Names what a change would write, so that one which the CRM refused, or a person dismissed, is known again. Left out
 * are what `as_of` goes to, which differs at every run, and the candidates of `if_empty`, of which delivery drops
 * those that are filled: with either, the refusal would never hold.
 */
export function fieldsHash(
  change: Pick<PlannedChange, 'object' | 'remoteId' | 'action' | 'fields' | 'ifEmpty'>,
  mapping: Pick<Mapping, 'fields'>,
): string {
  const moving = mapping.fields.filter(line => line.from === 'as_of').map(line => line.to)
  const leftOut = new Set([...moving, ...change.ifEmpty])
  const written = Object.entries(change.fields)
    .filter(([name]) => !leftOut.has(name))
    .map(([name, { to }]) => [name, to])
  const parts = [change.object, change.remoteId, change.action, written.sort(byName)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

const byName = ([a]: unknown[], [b]: unknown[]): number => (String(a) < String(b) ? -1 : 1)
