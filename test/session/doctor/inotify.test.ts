import { readFile } from 'node:fs/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { examineInotify } from '../../../src/session/doctor/inotify.ts'
import { type Folder, makeFolder } from '../../config/folder.ts'

// What the system allows cannot be arranged.
vi.mock('node:fs/promises', { spy: true })
afterEach(() => void vi.restoreAllMocks())

const files = {
  'Devfile.ts': `import { defineDevfile, docker } from 'devloop'
export default defineDevfile({ images: { web: docker({ context: 'web' }) } })
`,
  'k8s/web.yaml': '',
  'web/Dockerfile': 'FROM node\nCOPY src src\n',
  'web/src/a/b/c.js': '',
  'web/left-out/d.js': '',
}

test.runIf(process.platform === 'linux')('what the project needs, beside what is in use', async () => {
  haveLimits({ watches: 1_000_000, instances: 100_000 })
  // The Devfile, k8s, web, and three folders below it: what the Dockerfile does not copy is not watched.
  expect(await examine()).toMatchObject([
    {
      topic: 'watches',
      state: 'good',
      text: expect.stringMatching(
        /^6 folders to watch; [\d,]+ of 1,000,000 watches are in use, and [\d,]+ of 100,000 /,
      ),
    },
  ])
})

test('a limit that is too low is wrong, with the command that mends it', async () => {
  haveLimits({ watches: 4, instances: 100_000 })
  expect(await examine()).toMatchObject([
    {
      state: 'wrong',
      text: expect.stringMatching(/^fs\.inotify\.max_user_watches is 4; .* devloop needs 6$/),
      cure: expect.stringMatching(/^sudo sysctl fs\.inotify\.max_user_watches=524288; .*\/etc\/sysctl\.d\//),
    },
  ])
  haveLimits({ watches: 1_000_000, instances: 0 })
  expect(await examine()).toMatchObject([
    { state: 'wrong', cure: expect.stringContaining('fs.inotify.max_user_instances=512') },
  ])
})

test('a running devloop up has its watches already: it is not said to need more', async () => {
  haveLimits({ watches: 4, instances: 0 })
  for (const { text } of await examine(true)) expect(text).not.toContain('devloop needs')
})

test('on other systems nothing is said', async () => {
  vi.mocked(readFile).mockRejectedValue(new Error('ENOENT'))
  const folder = makeFolder()
  const project = {
    name: 'shop',
    root: folder.root,
    contexts: [],
    namespace: 'default',
    images: [],
    services: [],
  }
  expect(
    await examineInotify({ project, devfiles: [] }, { isUp: false, signal: new AbortController().signal }),
  ).toEqual([])
})

async function examine(isUp = false) {
  const folder: Folder = makeFolder(files)
  const { result } = await folder.load()
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return examineInotify(
    { project: result.value, devfiles: [folder.file('Devfile.ts')] },
    { isUp, signal: new AbortController().signal },
  )
}

function haveLimits({ watches, instances }: { watches: number; instances: number }): void {
  const limits: Readonly<Record<string, number>> = {
    '/proc/sys/fs/inotify/max_user_watches': watches,
    '/proc/sys/fs/inotify/max_user_instances': instances,
  }
  vi.mocked(readFile).mockImplementation(async (file, options) => {
    const limit = limits[String(file)]
    if (limit !== undefined) return `${limit}\n`
    const { readFile: read } = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
    return read(file, options)
  })
}
