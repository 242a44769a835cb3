import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readManifests } from '../../../src/deploy/manifests.ts'
import { draftProject, writeDevfile } from '../../../src/session/init.ts'
import { makeFolder } from '../../config/folder.ts'
import { configMap, deployment, document, service } from './stack.ts'

const { signal } = new AbortController()

const name = fc.oneof(
  fc.constantFrom('web', 'cart', 'redis', 'shop-web', 'k8s', 'prod', 'shared', 'shared-2'),
  fc.stringMatching(/^[a-z]([-a-z0-9]{0,6}[a-z0-9])?$/),
)
const folder = fc
  .array(
    fc.oneof(name, fc.constantFrom("it's", 'Web App', 'ünder', 'a[b]', '(x)', '{y}', '$z', '#w', '"q"')),
    {
      maxLength: 3,
    },
  )
  .map(names => names.map(one => `${one}/`).join(''))
const image = fc.oneof(
  name,
  name.map(one => `shop/${one}:1.0`),
  fc.constantFrom('Shop/Web', '${IMAGE}', 'a b', '', 'reg:5000/x@sha256:00', '::', 'x'.repeat(300)),
)
const port = fc.oneof(fc.constantFrom(80, 443, 3000, 8080, 65_535), fc.integer({ min: -1, max: 70_000 }))

const manifest = fc.oneof(
  fc.record({ name, image, port, env: fc.dictionary(name, name) }).map(one => deployment(one.name, one)),
  fc
    .tuple(name, port, fc.oneof(port, name, fc.constant('NOT A PORT')))
    .map(([one, own, target]) => service(one, own, target)),
  name.map(configMap),
  name.map(one => document({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: one } })),
  fc.constantFrom('kind: [', '---\napiVersion: v1\nkind: X\n'),
)

/** As YAML, a compose file with what people write and with what they do not. */
const compose = fc
  .dictionary(
    name,
    fc.oneof(
      fc.anything().filter(isJson),
      fc.record(
        {
          image,
          build: fc.oneof(
            folder,
            fc.constantFrom('..', '/abs', 'https://example.com/x'),
            fc.record({ context: folder, dockerfile: folder, args: fc.dictionary(fc.string(), fc.string()) }),
          ),
          ports: fc.array(
            fc.oneof(
              port,
              fc.tuple(port, port).map(pair => pair.join(':')),
              fc.record({ published: port, target: port }),
            ),
          ),
          depends_on: fc.array(name),
        },
        { requiredKeys: [] },
      ),
    ),
  )
  .map(services => JSON.stringify({ services }))

const project = fc
  .tuple(
    fc.dictionary(
      folder.map(one => `${one}Dockerfile`),
      fc.constantFrom('FROM scratch\n', 'FROM x\nCOPY a b /\n', 'nonsense'),
    ),
    fc.array(fc.tuple(folder, name, fc.array(manifest, { minLength: 1, maxLength: 3 })), { maxLength: 6 }),
    fc.option(compose, { nil: undefined }),
  )
  .map(([dockerfiles, manifests, composed]) => ({
    ...dockerfiles,
    ...Object.fromEntries(
      manifests.map(([where, file, objects]) => [`${where}${file}.yaml`, objects.join('')]),
    ),
    ...(composed !== undefined && { 'compose.yaml': composed }),
  }))

test('whatever a folder holds, the Devfile that is written loads, and no object is in two services', async () => {
  await fc.assert(
    fc.asyncProperty(project, async files => {
      const made = makeFolder(files)
      const { draft } = await draftProject(made.root, { signal, onStep: () => {} })
      const written = await writeDevfile(made.root, draft)
      expect(written.ok).toBe(true)
      const { result } = await made.load()
      if (!result.ok)
        throw new Error(`${readFileSync(made.file('Devfile.ts'))}\n${JSON.stringify(result.failure)}`)
      const objects: string[] = []
      for (const { manifests } of result.value.services) {
        // Without manifests, services are what a Devfile means by default.
        if (draft.services.length === 0) break
        const read = await readManifests(manifests)
        if (!read.ok) throw new Error(JSON.stringify([manifests, read.failure]))
        objects.push(...read.value.map(({ object }) => `${object.kind}/${object.metadata.name}`))
      }
      expect(objects).toEqual([...new Set(objects)])
    }),
    { numRuns: 100 },
  )
}, 120_000)

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}
