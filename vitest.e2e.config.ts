import { defineConfig } from 'vitest/config'

// One real cluster on one machine serves all files. They mostly wait for it, so two at a time take half as long.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    // These need the other flavour of the test cluster: vitest.containerd.config.ts.
    exclude: ['test/e2e/containerd/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
