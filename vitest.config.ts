import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { sandboxObstacle } from './test/sandbox/obstacle.ts'

// For the programs that tests start, too: one in TypeScript starts in a third of the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

const others = ['test/e2e/**', 'test/contract/**', 'test/cluster/**']
const unitTests = globSync('test/**/*.test.ts', { cwd: import.meta.dirname, exclude: others })
/** A module that was replaced stays so for as long as its process runs. */
const replacingModules = unitTests.filter(file =>
  readFileSync(new URL(file, import.meta.url), 'utf8').includes('vi.mock('),
)

/** The real binary against a sandbox that the run starts, and ends. What is in test/e2e/docker needs a Docker engine. */
const sandbox: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'sandbox',
    include: ['test/e2e/*.test.ts'],
    globalSetup: 'test/e2e/sandbox/start.ts',
    setupFiles: 'test/e2e/sandbox/use.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // They mostly wait, for the cluster and for one another's processes.
    maxWorkers: 6,
    sequence: { groupOrder: 1 },
  },
}

if (sandboxObstacle) {
  const { why, message, cure = '' } = sandboxObstacle
  process.stderr.write(
    `The end-to-end tests are left out: the sandbox cannot run here, ${why ?? message}. ${cure}\n`,
  )
}

/** A file that waits for two minutes begins first: the others are through by then. */
class LongWaitFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const waits = ({ moduleId }: TestSpecification) => moduleId.endsWith('/watch-quiet.test.ts')
    const sorted = await super.sort(files)
    return [...sorted.filter(waits), ...sorted.filter(file => !waits(file))]
  }
}

export default defineConfig({
  resolve: { alias: { devloop: new URL('src/index.ts', import.meta.url).pathname } },
  test: {
    testTimeout: 20_000,
    expect: { poll: { interval: 10, timeout: 10_000 } },
    // Many tests wait for processes and timers, which takes no processor.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongWaitFirst },
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
      ...(sandboxObstacle ? [] : [sandbox]),
    ],
  },
})
