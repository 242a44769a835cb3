import { readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mavenBuilder } from '../../src/build/maven.ts'
import type { MavenDefinition } from '../../src/model/image.ts'
import { isRunning } from '../processes.ts'
import { brokenSource, imageId, type JvmRig, mavenFiles, onlyCommands, openRig } from './jvm/rig.ts'

let rig: JvmRig

beforeEach(async () => {
  rig = await openRig(mavenFiles)
})
afterEach(() => rig[Symbol.asyncDispose]())

test('the wrapper builds the image without running the tests, and it is named after its content', async () => {
  await rig.wrapper('mvnw')
  const built = await rig.build(maven())
  expect(built).toEqual({ ok: true, value: { reference: `shop/web:devloop-${imageId.slice(0, 16)}` } })
  expect(await rig.calls()).toEqual([
    {
      args: [
        '--batch-mode',
        'spring-boot:build-image',
        '-Dspring-boot.build-image.imageName=shop/web:devloop',
        '-DskipTests',
      ],
      cwd: rig.folder,
      dockerHost: 'unix:///run/shop.sock',
    },
  ])
})

test('a module is built with what it depends on, and own arguments come last, where they win', async () => {
  await rig.wrapper('mvnw')
  await rig.write('web/pom.xml', '<project><artifactId>web</artifactId></project>')
  await rig.build(maven({ module: 'web', args: ['-DskipTests=false', '-Pfast'] }))
  const [call] = await rig.calls()
  expect(call?.args.slice(0, 5)).toEqual(['--batch-mode', '-pl', 'web', '-am', 'spring-boot:build-image'])
  expect(call?.args.slice(-2)).toEqual(['-DskipTests=false', '-Pfast'])
})

test('without a wrapper and a Maven, it says how to come by one', async () => {
  await onlyCommands(rig, {})
  expect(await rig.build(maven())).toMatchObject({
    ok: false,
    failure: {
      code: 'build/no-tool',
      message: 'There is no mvnw here, and the command "mvn" was not found.',
      cure: expect.stringContaining('mvn wrapper:wrapper'),
    },
  })
})

test('a folder without a build is said to be one, before Maven looks for plugins there', async () => {
  await rig.wrapper('mvnw')
  await rm(path.join(rig.folder, 'pom.xml'))
  expect(await rig.build(maven())).toMatchObject({
    ok: false,
    failure: {
      code: 'build/missing-input',
      message: 'There is no Maven build here, which would have pom.xml.',
      at: { file: rig.folder },
    },
  })
  expect(await rig.build(maven({ context: path.join(rig.folder, 'nowhere') }))).toMatchObject({
    ok: false,
    failure: { code: 'build/missing-input' },
  })
})

test('a JAVA_HOME that leads nowhere is told in the words of the start script', async () => {
  await rig.wrapper('mvnw')
  vi.stubEnv('JAVA_HOME', '/no/java')
  expect(await rig.build(maven())).toMatchObject({
    ok: false,
    failure: { code: 'build/no-tool', why: 'The JAVA_HOME environment variable is not defined correctly.' },
  })
})

test('an error of the compiler comes with its place and the exit code, once, and without what Maven says around it', async () => {
  await rig.wrapper('mvnw')
  await rig.write('src/main/java/shop/Web.java', brokenSource)
  const file = path.join(rig.folder, 'src/main/java/shop/Web.java')
  expect(await rig.build(maven())).toEqual({
    ok: false,
    failure: {
      code: 'build/failed',
      message: '`./mvnw spring-boot:build-image` ended with exit code 1.',
      at: { file, line: 3, column: 14 },
      why: "';' expected",
      cure: 'Correct the line; the build starts again when the file is saved.',
      output: [
        '[ERROR] COMPILATION ERROR : ',
        `[ERROR] ${file}:[3,14] ';' expected`,
        '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.11.0:compile (default-compile) on project web: Compilation failure',
      ],
    },
  })
})

test('a build without the plugin is told which one to add', async () => {
  await rig.wrapper('mvnw')
  await rig.write('pom.xml', '<project><artifactId>web</artifactId></project>')
  expect(await rig.build(maven())).toMatchObject({
    ok: false,
    failure: {
      why: expect.stringContaining("No plugin found for prefix 'spring-boot'"),
      cure: expect.stringContaining('spring-boot-maven-plugin'),
    },
  })
})

test('a build that is cancelled leaves no process', async () => {
  await rig.wrapper('mvnw')
  vi.stubEnv('FAKE_TOOL_HANGS', '1')
  const controller = new AbortController()
  const started = Promise.withResolvers<number>()
  const building = rig.build(maven(), {
    signal: controller.signal,
    onLine(line) {
      const pid = /^started (\d+)$/.exec(line)?.[1]
      if (pid !== undefined) started.resolve(Number(pid))
    },
  })
  const pid = await started.promise
  controller.abort()
  expect(await building).toMatchObject({ ok: false })
  await expect.poll(() => isRunning(pid)).toBe(false)
})

test('with devtools, sources are compiled in place of a new image, and the process is restarted unless the image has devtools', async () => {
  expect(await maven().live?.()).toBeUndefined()
  const dependency = '<dependency><artifactId>spring-boot-devtools</artifactId></dependency>'
  await rig.write('pom.xml', mavenFiles['pom.xml'].replace('<build>', `${dependency}<build>`))
  const live = await maven().live?.()
  expect(live?.sources).toEqual([path.join(rig.folder, 'src')])
  expect(live?.outputs).toEqual([
    { from: path.join(rig.folder, 'target/classes'), to: '/workspace/BOOT-INF/classes', after: 'restart' },
  ])
  const packaged = maven({ args: ['-Dspring-boot.repackage.excludeDevtools=false'] })
  expect((await packaged.live?.())?.outputs[0]).not.toHaveProperty('after')
})

test('compiling runs the compiler and nothing else', async () => {
  await rig.wrapper('mvnw')
  const live = await maven({ live: true, args: ['-Pfast'] }).live?.()
  expect(await live?.compile({ signal: new AbortController().signal, onLine: () => {} })).toMatchObject({
    ok: true,
  })
  expect((await rig.calls()).map(({ args }) => args)).toEqual([['--batch-mode', 'compile', '-Pfast']])
  expect(await readdir(path.join(rig.folder, 'target/classes/shop'))).toEqual(['Web.class'])
})

test('an image that the tool did not leave in the engine is said to be missing, and under which name', async () => {
  await writeFile(path.join(rig.folder, 'mvnw'), '#!/bin/sh\n', { mode: 0o755 })
  const docker = {
    ...rig.docker,
    run: async () => ({ ok: false, failure: { code: 'process/failed' } }) as never,
  }
  expect(await rig.build(mavenBuilder(definition(), docker))).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('left no image shop/web:devloop') },
  })
})

function definition(options: Partial<MavenDefinition> = {}): MavenDefinition {
  return {
    kind: 'maven',
    context: rig.folder,
    args: [],
    sync: { kind: 'inferred', runs: [], rebuildOn: [] },
    ...options,
  }
}

function maven(options: Partial<MavenDefinition> = {}) {
  return mavenBuilder(definition(options), rig.docker)
}
