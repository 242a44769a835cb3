import { defineConfig } from 'vitest/config'

// One real cluster serves all files, so they run one after another.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
