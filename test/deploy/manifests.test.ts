import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { manifestInputs, readManifests } from '../../src/deploy/manifests.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-manifests-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`

async function read(...patterns: string[]) {
  const result = await readManifests(patterns.map(pattern => path.join(folder, pattern)))
  if (!result.ok) return { failure: result.failure }
  return { names: result.value.map(({ object }) => object.metadata.name), objects: result.value }
}

describe('a service’s manifests', () => {
  test('are found by file, folder and glob, each file once, in the order of their names', async () => {
    await write('k8s/b.yaml', configMap('b'))
    await write('k8s/a.yml', configMap('a'))
    await write('k8s/notes.txt', 'no manifest')
    await write('k8s/deep/c.json', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}')
    expect((await read('k8s')).names).toEqual(['a', 'b'])
    expect((await read('k8s/b.yaml', 'k8s/**/*')).names).toEqual(['b', 'a', 'c'])
  })

  test('are found in a folder whose name looks like a pattern', async () => {
    await write('k8s {dev} (1)/a.yaml', configMap('a'))
    expect((await read('k8s {dev} (1)')).names).toEqual(['a'])
  })

  test('hold several documents and lists; empty documents and comments are nothing', async () => {
    await write(
      'all.yaml',
      `# stack\n---\n${configMap('a')}---\n---\nkind: List\napiVersion: v1\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: { name: b }\n`,
    )
    const { names, objects } = await read('all.yaml')
    expect(names).toEqual(['a', 'b'])
    expect(objects?.map(({ source }) => source.line)).toEqual([3, 11])
  })

  test('know the line of a field as the API server names it', async () => {
    await write(
      'deployment.yaml',
      `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: proxy
          image: proxy
        - name: web
          imag: web
`,
    )
    const [object] = (await read('deployment.yaml')).objects ?? []
    expect(object?.lineOf('.spec.template.spec.containers[name="web"].imag')).toBe(12)
    expect(object?.lineOf('spec.template.spec.containers[0].image')).toBe(10)
    expect(object?.lineOf('spec.template.metadata.labels')).toBe(6)
  })
})

describe('a manifest that cannot be used says where and why', () => {
  test('a pattern without a file', async () => {
    expect((await read('k8s/*.yaml')).failure).toMatchObject({
      code: 'deploy/manifest-missing',
      message: 'No manifest matches this pattern.',
      at: { file: path.join(folder, 'k8s/*.yaml') },
    })
  })

  test('broken YAML, with line and column', async () => {
    await write('a.yaml', 'apiVersion: v1\nkind: ConfigMap\n  metadata: x\n')
    expect((await read('a.yaml')).failure).toMatchObject({
      code: 'deploy/manifest-syntax',
      at: { file: path.join(folder, 'a.yaml'), line: 2 },
    })
  })

  test.each([
    ['kind: Pod\nmetadata: { name: a }', 'The Pod has no apiVersion.'],
    ['apiVersion: v1\nmetadata: { name: a }', 'The object has no kind.'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {}', 'The Pod has no metadata.name.'],
    ['- just\n- a list', 'This is no Kubernetes object.'],
    ['text', 'This is no Kubernetes object.'],
  ])('%j: %s', async (text, message) => {
    await write('a.yaml', `---\n${text}\n`)
    expect((await read('a.yaml')).failure).toMatchObject({
      code: 'deploy/manifest-invalid',
      message,
      at: { line: 2 },
    })
  })

  test('an object that is written twice names both places', async () => {
    await write('a.yaml', configMap('same'))
    await write('b.yaml', `\n${configMap('same')}`)
    const { failure } = await read('*.yaml')
    expect(failure).toMatchObject({ message: 'ConfigMap/same is written twice.', at: { line: 2 } })
    expect(failure?.why).toContain('a.yaml:1')
  })
})

test('a manifest that is created later is waited for, and other files of its folder do not count', () => {
  const { roots, ignores } = manifestInputs(['/app/k8s/*.yaml', '/app/more', '/app/one.yaml'])
  expect(roots).toEqual(['/app/k8s', '/app/more', '/app/one.yaml'])
  expect(ignores?.('/app/k8s/new.yaml', false)).toBe(false)
  expect(ignores?.('/app/more/new.json', false)).toBe(false)
  expect(ignores?.('/app/one.yaml', false)).toBe(false)
  expect(ignores?.('/app/k8s/notes.txt', false)).toBe(true)
})
