import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { why } from '../../src/cli/why.ts'
import { ok } from '../../src/model/result.ts'
import { loadProject } from '../../src/session/project.ts'
import { type Folder, makeFolder } from '../config/folder.ts'

// The loader of the command line takes the bundle, which tests that need no build do not have.
vi.mock('../../src/session/project.ts', { spy: true })

const devfile = `import { defineDevfile, docker } from 'devloop'
export default defineDevfile({
  name: 'shop',
  images: { 'shop/web': docker({ context: 'web' }) },
  services: { web: { manifests: 'k8s/*.yaml' } },
})
`
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: shop/web }] }
`
let folder: Folder
let printed = ''
beforeEach(() => {
  folder = makeFolder({
    'Devfile.ts': devfile,
    'k8s/web.yaml': manifest,
    'web/Dockerfile':
      'FROM node:20\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCOPY src src\nCMD ["node", "src/app.js"]\n',
    'web/package.json': '{}',
    'web/src/app.js': '',
    'notes.txt': '',
  })
  printed = ''
  vi.mocked(loadProject).mockImplementation(async () => {
    const { files, result: project } = await folder.load()
    if (!project.ok) throw new Error(JSON.stringify(project.failure))
    return ok({
      devfile: { path: folder.file('Devfile.ts'), files, load: async () => project, hasChanged: () => false },
      project: project.value,
    })
  })
  vi.spyOn(process, 'cwd').mockReturnValue(folder.root)
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

/** What `devloop why` prints, and its exit code. */
async function ask(name: string): Promise<string> {
  const code = await why(folder.file(name), { args: [] })
  return `${printed}exit code ${code}\n`
}

test('a copied file is synced, with the lines that decide it', async () => {
  const said = await ask('web/src/app.js')
  expect(said).toContain('web/src/app.js → image shop/web: the file is put into the running containers')
  expect(said).toMatch(/Dockerfile:5 .*copies/)
  expect(said).toContain('/app/src/app.js')
  expect(said).toMatch(/Dockerfile:6 .*restart/)
  expect(said).toContain('exit code 0')
})

test('a file that a later step reads needs a new image, and the step is named', async () => {
  expect(await ask('web/package.json')).toMatch(/a new image is built\n {2}Dockerfile:4 RUN npm ci/)
})

test('a manifest and the Devfile are told as what they are', async () => {
  expect(await ask('k8s/web.yaml')).toContain('→ service web: the manifests are read and applied again')
  printed = ''
  expect(await ask('Devfile.ts')).toContain('→ Devfile: the Devfile is loaded again')
})

test('a file that nothing is made from is told, and so is one that is not there', async () => {
  expect(await ask('notes.txt')).toBe('notes.txt: nothing of the project is made from it.\nexit code 1\n')
  printed = ''
  expect(await ask('nowhere.txt')).toContain('There is no such file.')
})

test('a deleted file of an image is explained as one that is there', async () => {
  rmSync(folder.file('web/src/app.js'))
  expect(await ask('web/src/app.js')).toContain('put into the running containers')
})

test('an image whose Dockerfile is missing is still explained', async () => {
  rmSync(folder.file('web/Dockerfile'))
  expect(await ask('web/src/app.js')).toContain('→ image shop/web: a new image is built')
})

test('what Gradle compiles, what needs a new image, and that tests need neither', async () => {
  folder.write({
    'Devfile.ts': devfile
      .replace('docker }', 'gradle }')
      .replace("docker({ context: 'web' })", "gradle({ context: 'web', live: true })"),
    'web/build.gradle': '',
    'web/src/main/java/Web.java': '',
    'web/src/test/java/WebTest.java': '',
  })
  expect(await ask('web/src/main/java/Web.java')).toContain('→ image shop/web: it is compiled')
  printed = ''
  expect(await ask('web/build.gradle')).toContain('→ image shop/web: a new image is built')
  printed = ''
  expect(await ask('web/src/test/java/WebTest.java')).toContain('nothing of the project is made from it')
})

test('a manifest that cannot be read does not keep the reason from the user', async () => {
  folder.write({ 'k8s/web.yaml': 'spec: [' })
  expect(await ask('web/src/app.js')).toContain('put into the running containers')
})
