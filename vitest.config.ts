import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// For the programs that tests start, too: one in TypeScript starts in a third of the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

const others = ['test/e2e/**', 'test/contract/**', 'test/cluster/**']
const unitTests = globSync('test/**/*.test.ts', { cwd: import.meta.dirname, exclude: others })
/** A module that was replaced stays so for as long as its process runs. */
const replacingModules = unitTests.filter(file =>
  readFileSync(new URL(file, import.meta.url), 'utf8').includes('vi.mock('),
)

export default defineConfig({
  resolve: { alias: { devloop: new URL('src/index.ts', import.meta.url).pathname } },
  test: {
    testTimeout: 20_000,
    expect: { poll: { interval: 10, timeout: 10_000 } },
    // Many tests wait for processes and timers, which takes no processor.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...others, ...replacingModules],
          // To start a process and load everything into it takes longer than most files do.
          isolate: false,
          env: { TZ: 'UTC' },
          setupFiles: 'test/unchanged-process.ts',
        },
      },
      { extends: true, test: { name: 'unit-isolated', include: replacingModules } },
    ],
  },
})
