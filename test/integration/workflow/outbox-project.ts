import type { OutboxNotice } from '../../../src/domain/notice.ts'
import type { RunReport } from '../../../src/run/sync/report.ts'
import { type HeldClock, heldClock } from '../../project/clocks.ts'
import { type MemoryProject, type MemorySetting, memoryProject, NOW } from '../../project/memory-project.ts'
import type { RunOptions } from '../../project/new-project.ts'

/** A project whose clock the test holds: waiting moves it, and nothing else does. */
export interface OutboxProject extends MemoryProject {
  clock: HeldClock
  /** One that nothing guards. */
  run(asOf: string, options?: RunOptions): Promise<RunReport>
  notices(): Promise<OutboxNotice[]>
}

export const DAY_MS = 86_400_000

export async function outboxProject(
  connectors: readonly string[],
  setting: MemorySetting,
): Promise<OutboxProject> {
  const clock = heldClock(NOW)
  const project = await memoryProject(connectors, setting, clock)
  return {
    ...project,
    clock,
    run: (asOf, options) => project.sync(asOf, { guarded: false, ...options }),
    notices: () => project.inState(state => Array.fromAsync(state.notices.list())),
  }
}

/** One whose first run is over: what moves from now on is news. */
export async function settledProject(
  connectors: readonly string[],
  setting: MemorySetting,
): Promise<OutboxProject> {
  const project = await outboxProject(connectors, setting)
  await project.signals('2026-06-02', 'known.com')
  await project.run('2026-06-03')
  return project
}

/** Lines of the main file for webhooks. */
export const hook = (url: string, lines = ''): string =>
  `{ name: hook, use: webhook, url: "${url}", allow_private: true, ${lines} }`

export const notifying = (...channels: string[]): string =>
  `notify:\n${channels.map(one => `  - ${one}`).join('\n')}\n`
