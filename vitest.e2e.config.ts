import { defineConfig } from 'vitest/config'

// One real cluster on one machine serves all files. They mostly wait for it, so two at a time take half as long.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
