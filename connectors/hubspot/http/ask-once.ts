import type { Call } from '../../../src/contract/index.ts'

/** Asks once in a session; batches that run side by side share the answer, and a failure is asked again. */
export function remembered<T>(ask: (call: Call) => Promise<T>): (call: Call) => Promise<T> {
  let known: Promise<T> | undefined
  return call => {
    if (known !== undefined) return known
    const asked = ask(call)
    known = asked
    asked.catch(() => {
      known = undefined
    })
    return asked
  }
}
