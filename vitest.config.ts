import { defineConfig } from 'vitest/config'

/** One project for each kind of test: what a test may use and how long it may take differ, the runner does not. */
const project = (name: string, testTimeout: number) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', 10_000),
      project('conformance', 60_000),
      project('integration', 120_000),
      project('e2e', 180_000),
    ],
  },
})
