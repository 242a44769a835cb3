import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { completeServices } from '../../src/cli/complete-services.ts'
import { fail, ok } from '../../src/model/result.ts'
import { loadProject } from '../../src/session/project.ts'
import { type Folder, makeFolder } from '../config/folder.ts'

// The loader of the command line takes the bundle, which tests that need no build do not have.
vi.mock('../../src/session/project.ts', { spy: true })

const devfile = (services: string) => `import { defineDevfile } from 'devloop'
process.stdout.write('what a Devfile prints\\n')
export default defineDevfile({ services: { ${services} }, profiles: { more: { services: { mail: {} } } } })
`
let folder: Folder
let printed = ''
beforeEach(() => {
  folder = makeFolder({
    'Devfile.ts': devfile("web: {}, 'shop-cart': {}"),
    'other/Devfile.ts': devfile('other: {}'),
    'broken/Devfile.ts': 'export default',
  })
  printed = ''
  vi.mocked(loadProject).mockImplementation(async ({ file = 'Devfile.ts', profile }) => {
    const { result } = await folder.load({
      path: path.resolve(folder.root, file),
      ...(profile !== undefined && { profile }),
    })
    return result.ok
      ? ok({
          devfile: { path: file, files: [], load: async () => result, hasChanged: () => false },
          project: result.value,
        })
      : fail(result.failure)
  })
  vi.spyOn(process, 'cwd').mockReturnValue(folder.root)
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

test('where no up runs, the services are those of the Devfile, without what it prints', async () => {
  expect(await completeServices(['logs', ''])).toBe(0)
  expect(printed).toBe('web\nshop-cart\n')
})

test.each([
  [['wait', '--file', 'other/Devfile.ts', ''], 'other\n'],
  [['wait', '-f', 'other/Devfile.ts', ''], 'other\n'],
  [['wait', '--file=other/Devfile.ts', ''], 'other\n'],
  [['wait', '--file', '=', 'other/Devfile.ts', ''], 'other\n'],
  [['logs', '-f', 'w'], 'web\nshop-cart\n'],
  [['logs', '--profile', 'more', ''], 'web\nshop-cart\nmail\n'],
])('the command line %j names the Devfile and the profile', async (words, services) => {
  await completeServices(words)
  expect(printed).toBe(services)
})

test('a Devfile that cannot be loaded offers nothing, and says nothing at the prompt', async () => {
  expect(await completeServices(['wait', '--file', 'broken/Devfile.ts', ''])).toBe(1)
  expect(printed).toBe('')
})
