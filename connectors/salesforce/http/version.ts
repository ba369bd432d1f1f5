import { type Call, RequestFailed, SessionFault } from '../../../src/contract/index.ts'

/** Salesforce's newest in November 2026, Winter '27, and what we speak where the org has it. */
export const NEWEST_API_VERSION = '68.0'

/** Collections, one upsert for all objects, and the metadata of permission sets are all there from here on. */
export const OLDEST_API_VERSION = '60.0'

/** The API version that a session speaks. */
export interface Version {
  current(): string
  /** The org answered in it. */
  isThere(): void
  /**
   * Whether a request that was refused is to be sent again in another version. Costs a request only where nothing was
   * answered yet: at the start of a session with an org that has no such version.
   * @param used the version that it was sent in
   * @throws SessionFault where the org has no version that we speak
   */
  isReplaced(error: unknown, used: string, call: Call): Promise<boolean>
}

/** @param ask the versions that the org serves, oldest first */
export function createVersion(wanted: string, ask: (call: Call) => Promise<readonly string[]>): Version {
  let current = wanted
  let isKnown = false
  return {
    current: () => current,
    isThere: () => {
      isKnown = true
    },
    isReplaced: async (error, used, call) => {
      if (used !== current) return true
      if (isKnown || !mayBeUnknown(error)) return false
      const there = await orNone(() => ask(call))
      isKnown = there.length > 0
      if (!isKnown || there.includes(used)) return false
      current = insteadOf(used, there)
      return true
    },
  }
}

/** Where the versions are not told, what was refused stays so. */
async function orNone(ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof RequestFailed) return []
    throw error
  }
}

/** An org answers 404 in a version that it does not have yet, as it does for anything else that is not there. */
const mayBeUnknown = (error: unknown): boolean =>
  error instanceof RequestFailed && (error.failure.kind === 'gone' || RETIRED.has(error.failure.code ?? ''))

const RETIRED: ReadonlySet<string> = new Set(['GONE', 'HTTP_410', 'UNSUPPORTED_API_VERSION'])

/** The org's newest in place of one that is newer; one that is retired was chosen by somebody, who is told. */
function insteadOf(wanted: string, there: readonly string[]): string {
  const newest = there.at(-1) ?? ''
  if (Number(newest) < Number(wanted) && Number(newest) >= Number(OLDEST_API_VERSION)) return newest
  throw new SessionFault(
    'config',
    `This Salesforce org has no API version ${wanted}, and its newest is ${newest}: ` +
      (Number(newest) > Number(wanted)
        ? `set \`api_version: "${newest}"\``
        : `OQL Sync needs ${OLDEST_API_VERSION} or newer`),
  )
}
