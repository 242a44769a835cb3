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
    // Where no cluster is named: a sandbox of its own.
    ...(process.env.DEVLOOP_E2E_KUBECONFIG === undefined && {
      globalSetup: 'test/e2e/sandbox/start.ts',
      setupFiles: 'test/e2e/sandbox/use.ts',
    }),
  },
})
