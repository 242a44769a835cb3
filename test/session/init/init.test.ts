import { readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Project } from '../../../src/model/project.ts'
import { draftProject, existingDevfile, writeDevfile } from '../../../src/session/init.ts'
import { exec } from '../../../src/util/exec.ts'
import { type Folder, makeFolder } from '../../config/folder.ts'
import { configMap, deployment, document, service } from './stack.ts'

const { signal } = new AbortController()

/** What `devloop init` makes of files: the Devfile's text, the project that it loads to, and what is left to the user. */
async function initialize(files: Readonly<Record<string, string>>) {
  const folder = makeFolder(files)
  const { draft } = await draftProject(folder.root, { signal, onStep: () => {} })
  const written = await writeDevfile(folder.root, draft)
  if (!written.ok) throw new Error(JSON.stringify(written.failure))
  const remarks = draft.remarks.map(({ text, cure }) => `${text} ${cure}`)
  return { draft, remarks, text: readFileSync(written.value, 'utf8'), project: await load(folder), folder }
}

async function load(folder: Folder): Promise<Project> {
  const { result } = await folder.load()
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const shop = {
  'web/Dockerfile': 'FROM node:20\nCOPY package.json .\n',
  'web/package.json': '{}',
  'cart/Dockerfile': 'FROM python:3.12\nCOPY . .\n',
  'k8s/web.yaml': deployment('web', {
    image: 'shop/web:latest',
    port: 3000,
    env: { CART_URL: 'http://cart:8000/' },
  }).concat(service('web', 80, 3000)),
  'k8s/cart/deployment.yaml': deployment('cart', {
    image: 'shop/cart',
    port: 8000,
    env: { REDIS_HOST: 'redis', NAME: 'web' },
  }),
  'k8s/cart/service.yaml': service('cart', 8000),
  'k8s/redis.yaml': deployment('redis', { image: 'redis:7-alpine', port: 6379 }).concat(
    service('redis', 6379),
  ),
}

test('a stack of a few services: images, manifests, ports and what waits for what', async () => {
  const { text, remarks, draft } = await initialize(shop)
  expect(text).toBe(`import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: 'shop',
  images: {
    'shop/web': docker({ context: 'web' }),
    'shop/cart': docker({ context: 'cart' }),
  },
  services: {
    redis: { manifests: 'k8s/redis.yaml' },
    web: {
      manifests: 'k8s/web.yaml',
      ports: ['8080:3000'],
      dependsOn: ['cart'],
    },
    cart: { manifests: 'k8s/cart', ports: [8000], dependsOn: ['redis'] },
  },
})
`)
  expect(remarks).toEqual([])
  expect(draft.services[0]?.foreignImages).toEqual(['redis:7-alpine'])
})

test('what is written is formatted as formatters would leave it', async () => {
  const long = 'a-folder-with-a-name-that-is-rather-long/and-one-below-it'
  const { text, folder } = await initialize({
    ...shop,
    [`${long}/Dockerfile`]: 'FROM scratch\n',
    [`${long}/Dockerfile.dev`]: 'FROM scratch\n',
    'k8s/it.yaml': deployment('it', { image: 'registry.example.com/some-team/and-one-below-it', port: 80 }),
    'k8s/and-its.yaml': configMap('it'),
    "it's/Dockerfile.quoted": 'FROM scratch\n',
    'k8s/quoted.yaml': deployment('quoted', { image: 'quoted' }),
  })
  folder.write({
    'biome.json': JSON.stringify({
      formatter: { indentStyle: 'space', lineWidth: 80 },
      javascript: { formatter: { quoteStyle: 'single', semicolons: 'asNeeded' } },
    }),
  })
  const checked = await exec({
    command: path.join(import.meta.dirname, '../../../node_modules/.bin/biome'),
    args: ['format', 'Devfile.ts'],
    cwd: folder.root,
    signal,
  })
  expect(text).toContain('// There is also a-folder')
  expect(checked).toMatchObject({ status: 'succeeded' })
})

test('a project of one folder: its Dockerfile makes the one image that is not from a registry', async () => {
  const { project } = await initialize({
    Dockerfile: 'FROM scratch\n',
    'k8s/app.yaml': deployment('app', { image: 'ghcr.io/acme/something' }),
    'k8s/redis.yaml': deployment('redis', { image: 'redis:7' }),
  })
  expect(project.images.map(({ ref }) => ref)).toEqual(['ghcr.io/acme/something'])
})

test('a Dockerfile that copies from the folder above is built there', async () => {
  const { text } = await initialize({
    'docker/web.Dockerfile': 'FROM node\nCOPY package.json lib ./\nCOPY --from=node /x /x\n',
    'package.json': '{}',
    'lib/a.js': '',
    'k8s/web.yaml': deployment('web', { image: 'web' }),
  })
  expect(text).toContain("web: docker({ context: '.', dockerfile: 'docker/web.Dockerfile' }),")
})

test('the compose file says how images are built, which ports are opened, and what waits', async () => {
  const { text } = await initialize({
    'compose.yaml': `services:
  web:
    build: { context: ./front, dockerfile: Dev.Dockerfile, target: dev, args: [VERSION=2] }
    image: shop/frontend
    ports: ['127.0.0.1:\${PORT:-9090}:3000/tcp', '3001', '53:53/udp']
    depends_on: { db: { condition: service_healthy } }
  db:
    image: postgres:17
    ports: [{ published: '15432', target: 5432 }]
`,
    'front/Dev.Dockerfile': 'FROM scratch AS dev\n',
    'k8s/frontend.yaml': deployment('frontend', { image: 'shop/frontend:dev', port: 3000 }),
    'k8s/db.yaml': deployment('db', { image: 'postgres:17', port: 5432 }),
  })
  expect(text).toContain(`'shop/frontend': docker({
      context: 'front',
      dockerfile: 'front/Dev.Dockerfile',
      target: 'dev',
      args: { VERSION: '2' },
    }),`)
  expect(text).toContain("db: { manifests: 'k8s/db.yaml', ports: ['15432:5432'] },")
  expect(text).toContain("ports: ['9090:3000'],\n      dependsOn: ['db'],")
})

test('services of the compose file without manifests are named, with a way to them; none are made up', async () => {
  const { remarks, project, folder } = await initialize({
    ...shop,
    'docker-compose.yml':
      'services:\n  web: { build: web }\n  mailer: { image: mailhog }\n  worker: { build: worker }\n',
    'worker/Dockerfile': 'FROM scratch\n',
  })
  expect(remarks).toContainEqual(
    expect.stringMatching(
      /docker-compose\.yml: no manifests were found for mailer and worker\. .*kompose convert/,
    ),
  )
  expect(remarks).toContainEqual(
    expect.stringContaining(`'shop/worker': docker({ context: 'worker' }) to images`),
  )
  expect(project.services.map(({ name }) => name)).toEqual(['redis', 'web', 'cart'])
  expect(() => readFileSync(folder.file('k8s/worker.yaml'))).toThrow()
})

test('builds of Gradle and Maven: Spring Boot or Jib, modules from their outermost folder', async () => {
  const manifest = (name: string) => deployment(name, { image: `shop/${name}` })
  const { text } = await initialize({
    'jvm/settings.gradle.kts': 'include(":services:orders")\n// include(":services:bills")\n',
    'jvm/build.gradle.kts': 'plugins { id("org.springframework.boot") version "3.4.0" apply false }\n',
    'jvm/services/orders/build.gradle.kts': 'plugins { id("org.springframework.boot") }\n',
    'bills/build.gradle': "plugins { id 'com.google.cloud.tools.jib' version '3.4.0' }\n",
    'stock/pom.xml': '<project><packaging>pom</packaging><modules><module>core</module></modules></project>',
    'stock/core/pom.xml': '<project><artifactId>spring-boot-maven-plugin</artifactId></project>',
    'library/build.gradle': "plugins { id 'java-library' }\n",
    'k8s/orders.yaml': manifest('orders'),
    'k8s/bills.yaml': manifest('bills'),
    'k8s/core.yaml': manifest('core'),
  })
  expect(text).toContain("'shop/orders': gradle({ context: 'jvm', module: ':services:orders' }),")
  expect(text).toContain("'shop/bills': jib({ context: 'bills' }),")
  expect(text).toContain("'shop/core': maven({ context: 'stock', module: 'core' }),")
})

test('buildpacks, where there is a project.toml and no Dockerfile', async () => {
  const { text } = await initialize({
    'web/project.toml': '[_]\nschema-version = "0.2"\n',
    'api/project.toml': '[_]\nschema-version = "0.2"\n',
    'api/Dockerfile': 'FROM scratch\n',
    'k8s/web.yaml': deployment('web', { image: 'web' }),
    'k8s/api.yaml': deployment('api', { image: 'api' }),
  })
  expect(text).toContain("web: buildpacks({ context: 'web' }),")
  expect(text).toContain("api: docker({ context: 'api' }),")
})

test('what several services use is a service of its own, for which they wait', async () => {
  const namespace = document({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  const ingress = document({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'entry' },
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web', port: { number: 80 } } } }] } }] },
  })
  const { project } = await initialize({
    'k8s/web.yaml': deployment('web', { image: 'web' }),
    'k8s/web-service.yaml': service('web', 80),
    'k8s/entry.yaml': ingress,
    'k8s/api.yaml': deployment('api', { image: 'api' }),
    'k8s/namespace.yaml': namespace,
  })
  const services = project.services.map(({ name, manifests, dependsOn }) => [
    name,
    manifests.map(file => path.basename(file)),
    dependsOn,
  ])
  expect(services).toEqual([
    ['api', ['api.yaml'], ['shared']],
    ['web', ['entry.yaml', 'web-service.yaml', 'web.yaml'], ['shared']],
    ['shared', ['namespace.yaml'], []],
  ])
})

test('one of several environments is taken, that for developers, and the others are named', async () => {
  const { project, remarks } = await initialize({
    'deploy/prod/web.yaml': deployment('web', { image: 'web' }),
    'deploy/prod/scaling.yaml': configMap('scaling'),
    'deploy/dev/web.yaml': deployment('web', { image: 'web' }),
  })
  expect(project.services.map(({ manifests }) => manifests.map(file => path.basename(file)))).toEqual([
    ['dev'],
  ])
  expect(remarks).toEqual([
    expect.stringMatching(/^deploy\/prod: left out, as deploy\/dev\/web\.yaml has the same/),
  ])
})

test('kustomizations: plain resources are taken, patches are not, and what is lost is said with its cure', async () => {
  const { project, remarks } = await initialize({
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': deployment('web', { image: 'web' }),
    'base/unused.yaml': configMap('unused'),
    'dev/kustomization.yaml': 'resources: [../base]\nnamePrefix: dev-\npatches: [{ path: patch.yaml }]\n',
    'dev/patch.yaml': deployment('web', { image: 'web' }),
  })
  expect(project.services.map(({ manifests }) => manifests.map(file => path.basename(file)))).toEqual([
    ['web.yaml'],
  ])
  expect(remarks).toEqual([
    expect.stringMatching(
      /^dev\/kustomization\.yaml: .* without its namePrefix, patches\. .*kubectl kustomize dev/,
    ),
  ])
})

test('charts are named with how to take over what they make; their templates are not read as manifests', async () => {
  const { remarks } = await initialize({
    ...shop,
    'charts/mail/Chart.yaml': 'apiVersion: v2\nname: mail\n',
    'charts/mail/templates/mail.yaml': 'apiVersion: v1\nkind: {{ .Values.kind }}\n',
  })
  expect(remarks).toEqual([
    expect.stringMatching(/^charts\/mail\/Chart\.yaml: .*helm template mail charts\/mail/),
  ])
})

test('manifests that are broken, or need something filled in, are named', async () => {
  const { remarks } = await initialize({
    ...shop,
    'k8s/broken.yaml': 'apiVersion: v1\nkind: [\n',
    'k8s/variable.yaml': deployment('variable', { image: '${REGISTRY}/variable:${TAG}' }),
  })
  expect(remarks).toContainEqual(
    expect.stringMatching(/^The image \$\{REGISTRY\}\/variable:\$\{TAG\} has a variable/),
  )
  expect(remarks).toContainEqual(expect.stringMatching(/^k8s\/broken\.yaml: The manifest is not valid YAML/))
})

test('others’ code, and what git ignores, is not looked at; nor what only tools read', async () => {
  const other = deployment('other', { image: 'other' })
  const { project, remarks } = await initialize({
    ...shop,
    'node_modules/a/Dockerfile': 'FROM scratch\n',
    'node_modules/a/k8s.yaml': other,
    '.github/deploy.yaml': other,
    '.gitignore': '# made\n/out/\n*.tmp.yaml\n!kept.tmp.yaml\n',
    'out/all.yaml': other,
    'k8s/x.tmp.yaml': other,
    'web/.gitignore': 'made\n',
    'web/made/k8s.yaml': other,
    'kind.yaml': 'apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nmetadata: { name: x }\n',
    'kubeconfig.yaml': 'apiVersion: v1\nkind: Config\n',
    'package-lock.json': '{"name": "x"}',
  })
  expect(project.services.map(({ name }) => name)).toEqual(['redis', 'web', 'cart'])
  expect(remarks).toEqual([])
})

test('links are not followed, so that no circle of them goes on for ever', async () => {
  const folder = makeFolder(shop)
  symlinkSync('..', folder.file('web/around'))
  const { fileCount } = await draftProject(folder.root, { signal, onStep: () => {} })
  expect(fileCount).toBe(Object.keys(shop).length)
})

test('where there are two of the same name, the one further up is taken, and the other is a comment', async () => {
  const { text } = await initialize({
    ...shop,
    'old/services/web/Dockerfile': 'FROM scratch\n',
  })
  expect(text).toContain(`    // It could be old/services/web/Dockerfile as well.
    'shop/web': docker({ context: 'web' }),`)
})

test('services that name one another in a circle do not wait for one another in one', async () => {
  const { project } = await initialize({
    'k8s/a.yaml': deployment('a', { image: 'a', env: { B_URL: 'http://b' } }).concat(service('a', 80)),
    'k8s/b.yaml': deployment('b', { image: 'b', env: { A_URL: 'http://a:80' } }).concat(service('b', 80)),
  })
  expect(project.services.map(({ dependsOn }) => dependsOn)).toEqual([['b'], []])
})

test('several workloads in one file are one service, whose ports lead through its Kubernetes Services', async () => {
  const { text } = await initialize({
    'k8s.yaml': [
      deployment('web', { image: 'shop/web' }),
      service('web', 80, 'http'),
      deployment('api', { image: 'shop/api' }),
      service('api', 80),
    ].join(''),
    'web/Dockerfile': 'FROM scratch\n',
  })
  expect(text).toContain("ports: ['8080:svc/web:80', '8081:svc/api:80'],")
  expect(text).toContain("    shop: {\n      manifests: 'k8s.yaml',")
})

test('a Devfile further up, and what a compose file takes from others, is said', async () => {
  const folder = makeFolder({
    'Devfile.ts': '',
    'web/compose.yaml': 'services: { web: { extends: { file: base.yaml, service: web } } }',
    'web/k8s/web.yaml': deployment('web', { image: 'web' }),
  })
  const { draft } = await draftProject(folder.file('web'), { signal, onStep: () => {} })
  expect(draft.remarks.map(({ text }) => text)).toEqual([
    'compose.yaml: what it includes or extends was not read.',
    '../Devfile.ts is what devloop takes here as long as there is no nearer one.',
  ])
})

test('a Devfile that is there is never overwritten', async () => {
  const { folder, draft, text } = await initialize(shop)
  expect(existingDevfile(folder.root)).toMatchObject({ at: { file: folder.file('Devfile.ts') } })
  expect(await writeDevfile(folder.root, { ...draft, name: 'other' })).toMatchObject({
    ok: false,
    failure: { code: 'config/not-written', at: { file: folder.file('Devfile.ts') } },
  })
  expect(readFileSync(folder.file('Devfile.ts'), 'utf8')).toBe(text)
})
