import { createHash } from 'node:crypto'
import type { Action } from '../../config/mapping.ts'

/** Enough to tell the few actions of a list apart. */
const HASH_CHARACTERS = 8

/**
 * What the actions of a list are known by where they have no name of their own: their type and condition, so that
 * neither their place nor their words matter. Of several that are alike in that, the later ones are numbered.
 */
export function actionNames(actions: readonly Pick<Action, 'type' | 'when'>[]): string[] {
  const seen = new Map<string, number>()
  return actions.map(({ type, when }) => {
    const hash = createHash('sha256')
      .update(JSON.stringify([type, inOrder(when)]))
      .digest('hex')
    const name = hash.slice(0, HASH_CHARACTERS)
    const alike = (seen.get(name) ?? 0) + 1
    seen.set(name, alike)
    return alike === 1 ? name : `${name}-${alike}`
  })
}

/** The same condition, however its keys and values are sorted. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder).sort(byText)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([key, inner]) => [key, inOrder(inner)])
    .sort(byText)
}

const byText = (left: unknown, right: unknown): number => {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)]
  return a < b ? -1 : Number(a > b)
}
