import { defineConfig } from 'vitest/config'

/** What can ask for a PostgreSQL. */
const POSTGRES = { globalSetup: 'test/postgres/global-setup.ts' }

/** One project for each kind of test: what a test may use and how long it may take differ, the runner does not. */
const project = (name: string, testTimeout: number, more: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    provide: { stateIn: 'sqlite' as const },
    ...more,
  },
})

export default defineConfig({
  test: {
    projects: [
      // It imports JSON without saying so, which Vite does and Node refuses.
      project('unit', 10_000, { server: { deps: { inline: ['@actions/workflow-parser'] } } }),
      // The state's tests once more: one behaviour in both databases.
      project('postgres', 60_000, {
        ...POSTGRES,
        include: ['test/unit/state/**/*.test.ts'],
        provide: { stateIn: 'postgres' as const },
      }),
      project('conformance', 60_000),
      project('integration', 120_000, POSTGRES),
      project('e2e', 180_000, POSTGRES),
    ],
  },
})
