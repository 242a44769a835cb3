import { mkdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { JsonLine } from '../../src/feed/lines.ts'
import { devloop, isLive, startUp } from './devloop.ts'
import { type HelloProject, helloProject } from './project.ts'

test('a stack of services: images that are made from one another, in the order of dependsOn', async () => {
  await using project = await helloProject('stack')
  await writeStack(project)
  const options = { cwd: project.folder, env: { ...project.env, TOKEN: 'not-to-be-shown' } }
  await using up = startUp(options)
  for (const service of ['store', 'tool', 'web'])
    await untilLive(up.lines, service, () => up.next(isLive(service)))

  expect(await answer(project)).toEqual({ base: 'base 1', argument: 'from the Devfile', secret: 15 })
  const at = (isWanted: (line: JsonLine) => boolean) => up.lines.findIndex(isWanted)
  const built = (ref: string) => (line: JsonLine) =>
    line.type === 'task-ended' &&
    line.task.kind === 'build' &&
    line.task.image === `${project.name}/${ref}` &&
    line.image !== undefined
  expect(at(built('base'))).toBeLessThan(at(line => isBuildOf(project, 'web')(line)))
  expect(at(isLive('store'))).toBeLessThan(at(line => line.type === 'task-started' && isApplyOf('web')(line)))
  expect(JSON.stringify(up.lines)).not.toContain('not-to-be-shown')

  up.skip()
  let before = up.lines.length
  await project.write('base/base.txt', 'base 2')
  await up.next(isLive('web'))
  expect(await answer(project)).toMatchObject({ base: 'base 2' })
  expect(imagesBuilt(up.lines.slice(before))).toEqual([`${project.name}/base`, `${project.name}/web`])

  up.skip()
  before = up.lines.length
  await project.write('tool/words.txt', 'other words')
  await up.next(isLive('tool'))
  expect(imagesBuilt(up.lines.slice(before))).toEqual([`${project.name}/tool`])

  await up.end('SIGINT')
  expect(await devloop(['down'], options)).toMatchObject({ code: 0 })
})

test('a service that leaves the Devfile leaves the cluster, and one that comes into it is started', async () => {
  await using project = await helloProject('leave')
  await writeStack(project)
  const whole = await project.read('Devfile.ts')
  await project.write('Devfile.ts', whole.replace(/^ {4}tool:.*\n/m, ''))
  await using up = startUp({ cwd: project.folder, env: { ...project.env, TOKEN: 'x' } })
  await up.next(isLive('web'))

  await project.write('Devfile.ts', whole)
  await up.next(isLive('tool'))
  await project.write('Devfile.ts', whole.replace(/^ {4}tool:.*\n/m, ''))
  await up.next(
    line => line.type === 'task-ended' && line.task.kind === 'delete' && line.task.service === 'tool',
  )
  const type = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespaced: true }
  const left = await project.cluster.api.list(type, { namespace: project.namespace })
  expect(left.ok && left.value.map(({ metadata }) => metadata.name).sort()).toEqual(['store', 'web'])
})

async function writeStack(project: HelloProject) {
  const { name, namespace, port, write } = project
  for (const folder of ['base', 'web', 'tool', 'manifests']) await mkdir(project.file(folder))
  await write('base/Dockerfile', 'FROM node:20-alpine\nCOPY base.txt /base.txt\n')
  await write('base/base.txt', 'base 1')
  await write(
    'web/Dockerfile',
    `FROM ${name}/base AS final
ARG ARGUMENT
RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /secret-length
ENV ARGUMENT=$ARGUMENT
COPY server.js /server.js
CMD ["node", "/server.js"]
FROM busybox
`,
  )
  await write(
    'web/server.js',
    `const { readFileSync } = require('node:fs')
process.on('SIGTERM', () => process.exit(0))
require('node:http').createServer((_, response) => response.end(JSON.stringify({
  base: readFileSync('/base.txt', 'utf8'),
  argument: process.env.ARGUMENT,
  secret: Number(readFileSync('/secret-length', 'utf8')),
}))).listen(3000)
`,
  )
  await write(
    'tool/Dockerfile',
    'FROM busybox\nCOPY words.txt /\nCMD ["sh", "-c", "cat /words.txt; exec sleep 1000"]\n',
  )
  await write('tool/words.txt', 'words')
  await write('manifests/store.yaml', deployment('store', 'busybox', '["sleep", "1000"]'))
  await write('manifests/tool.yaml', deployment('tool', `${name}/tool`))
  await write(
    'manifests/web.yaml',
    `${deployment('web', `${name}/web`)}---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 3000 }]
`,
  )
  await write(
    'Devfile.ts',
    `import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: '${name}',
  namespace: '${namespace}',
  images: {
    '${name}/web': docker({
      context: 'web',
      target: 'final',
      args: { ARGUMENT: 'from the Devfile' },
      secrets: [{ id: 'token', env: 'TOKEN' }],
    }),
    '${name}/base': docker({ context: 'base' }),
    '${name}/tool': docker({ context: 'tool', sync: false }),
  },
  services: {
    web: { manifests: 'manifests/web.yaml', ports: ['${port}:svc/web:80'], dependsOn: ['store'] },
    store: { manifests: 'manifests/store.yaml' },
    tool: { manifests: 'manifests/tool.yaml' },
  },
})
`,
  )
}

function deployment(name: string, image: string, command?: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: ${name}
          image: ${image}
          imagePullPolicy: IfNotPresent
${command ? `          command: ${command}\n` : ''}`
}

/** Services go live in any order that dependsOn allows: one may have been passed over. */
async function untilLive(lines: readonly JsonLine[], service: string, next: () => Promise<unknown>) {
  if (!lines.some(isLive(service))) await next()
}

async function answer({ url }: HelloProject): Promise<unknown> {
  return (await fetch(url)).json()
}

function isBuildOf({ name }: HelloProject, ref: string) {
  return (line: JsonLine) =>
    line.type === 'task-started' && line.task.kind === 'build' && line.task.image === `${name}/${ref}`
}

function isApplyOf(service: string) {
  return (line: JsonLine) =>
    line.type === 'task-started' && line.task.kind === 'apply' && line.task.service === service
}

function imagesBuilt(lines: readonly JsonLine[]): readonly (string | undefined)[] {
  return lines.flatMap(line =>
    line.type === 'task-ended' && line.task.kind === 'build' && line.image !== undefined
      ? [line.task.image]
      : [],
  )
}
