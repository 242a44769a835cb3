import { defineConfig } from 'vitest/config'

// A cluster whose nodes do not share the engine that builds: every image has to be brought in.
export default defineConfig({
  test: {
    include: ['test/e2e/containerd/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
