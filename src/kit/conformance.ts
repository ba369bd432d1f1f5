import type { ConnectorV1 } from '../contract/index.ts'
import type { Check } from './check.ts'
import { CHECKS } from './checks/index.ts'
import type { Harness, Subject } from './harness.ts'
import { onStage } from './on-stage.ts'
import type { AnyConnector } from './stage.ts'

/** How a test runner takes a test: Vitest's `test` and `node:test`'s both do. */
export type Register = (name: string, run: () => Promise<void>) => unknown

/** A check of one connector, and of one of its objects where it is about objects. */
export interface ConformanceCheck {
  id: string
  name: string
  /** What the promise is broken by; nothing where it is kept. */
  run(): Promise<string[]>
}

/** The slowest CRM in memory is through with a check in a tenth of it; a connector that hangs never is. */
const CHECK_LIMIT_MS = 40_000

/**
 * Registers one test for each promise of the contract.
 * @param test of the test runner that the caller uses: the kit brings none along
 */
export function conformance<Config>(connector: ConnectorV1<Config>, harness: Harness, test: Register): void {
  for (const check of checksOf(connector, harness)) {
    test(check.name, async () => {
      const failures = await check.run()
      if (failures.length > 0) throw new Error(shown(failures))
    })
  }
}

/** A batch of 200 that fails as a whole says the same 200 times. */
const MAX_SHOWN = 20

const shown = (failures: readonly string[]): string =>
  [
    ...failures.slice(0, MAX_SHOWN),
    ...(failures.length > MAX_SHOWN ? [`and ${failures.length - MAX_SHOWN} more`] : []),
  ].join('\n')

/** The same as functions, for whoever wants to know and not to test. */
export function checksOf<Config>(connector: ConnectorV1<Config>, harness: Harness): ConformanceCheck[] {
  const { capabilities } = connector
  return harness.subjects.flatMap((subject, index) =>
    CHECKS.filter(({ per }) => per === 'object' || index === 0)
      .filter(check => check.applies?.({ capabilities, harness, subject }) ?? true)
      .map(check => ({
        id: check.id,
        name: check.per === 'object' ? `${subject.object}: ${check.promise}` : check.promise,
        run: () => run(check, connector, harness, subject),
      })),
  )
}

async function run(
  check: Check,
  connector: AnyConnector,
  harness: Harness,
  subject: Subject,
): Promise<string[]> {
  const failures: string[] = []
  await onStage(connector, harness, subject, async stage => {
    try {
      await inTime(check.run(stage))
    } catch (error) {
      failures.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    failures.unshift(...stage.failures)
  })
  return failures
}

async function inTime(work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`the check did not end within ${CHECK_LIMIT_MS / 1_000} s`)),
    CHECK_LIMIT_MS,
  )
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
