import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { sandboxObstacle } from './test/sandbox/obstacle.ts'

if (sandboxObstacle) {
  const { why, message, cure = '' } = sandboxObstacle
  process.stderr.write(
    `The end-to-end tests are left out: the sandbox cannot run here, ${why ?? message}. ${cure}\n`,
  )
}

const unit: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'unit',
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/contract/**'],
    testTimeout: 20_000,
  },
}

/** The real binary against a sandbox that the run starts. */
const sandbox: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'sandbox',
    include: ['test/e2e/*.test.ts'],
    globalSetup: 'test/e2e/sandbox/start.ts',
    setupFiles: 'test/e2e/sandbox/use.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // They mostly wait for the cluster.
    maxWorkers: 6,
    sequence: { groupOrder: 1 },
  },
}

export default defineConfig({
  resolve: { alias: { devloop: new URL('src/index.ts', import.meta.url).pathname } },
  test: { projects: sandboxObstacle ? [unit] : [unit, sandbox] },
})
