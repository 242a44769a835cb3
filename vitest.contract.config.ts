import { defineConfig } from 'vitest/config'

// What Kubernetes promises, checked against whichever cluster it is given. Checks mostly wait for that, so many run at once.
export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts'],
    sequence: { concurrent: true },
    maxConcurrency: 24,
    maxWorkers: 4,
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
})
