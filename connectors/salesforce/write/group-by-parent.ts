import type { Change } from '../../../src/contract/index.ts'

/** Lookups whose parent Salesforce locks while a child is written. An owner is none. */
const PARENTS = ['ParentId', 'AccountId', 'WhatId', 'WhoId']

/**
 * Children of one parent side by side: Salesforce works on parts of a batch or job at once, and two parts that write
 * children of one parent lock each other out.
 */
export function byParent(changes: readonly Change[]): Change[] {
  const parents = new Map(changes.map(change => [change, parentOf(change)]))
  return [...changes].sort((left, right) => compare(parents.get(left) ?? '', parents.get(right) ?? ''))
}

const parentOf = ({ fields }: Change): string =>
  PARENTS.map(name => fields[name])
    .filter(value => typeof value === 'string')
    .join(' ')

const compare = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1)
