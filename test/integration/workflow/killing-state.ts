import type { State } from '../../../src/state/state.ts'

/** What a process that is killed leaves undone. */
export class Killed extends Error {}

export interface Kill {
  /** At the so many-th thing that is asked of the state, from 1. */
  nth: number
  /** Whether the state still did it. */
  isDone: boolean
}

/** A state whose process dies at one moment: from then on nothing is asked of it any more, and nothing recorded. */
export function killingState(state: State, { nth, isDone }: Kill): { state: State; isKilled: () => boolean } {
  let asked = 0
  let killed = false
  const die = (): never => {
    killed = true
    throw new Killed()
  }
  const step = (work: () => unknown): unknown => {
    if (killed) throw new Killed()
    asked++
    if (asked === nth && !isDone) die()
    const result = work()
    if (asked !== nth) return result
    return result instanceof Promise ? result.then(die) : die()
  }
  const dying = <T extends object>(real: T): T =>
    new Proxy(real, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...given: unknown[]) => step(() => Reflect.apply(member, target, given))
      },
    })
  const wrapped = (real: State): State =>
    new Proxy(real, {
      get(target, name) {
        if (name === 'notices') return dying(target.notices)
        if (name === 'connectors') return dying(target.connectors)
        if (name === 'transaction') {
          return <T>(work: (inside: State) => Promise<T>) =>
            step(() => target.transaction(inside => work(wrapped(inside))))
        }
        return Reflect.get(target, name)
      },
    })
  return { state: wrapped(state), isKilled: () => killed }
}
