import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gradleBuilder } from '../../src/build/gradle.ts'
import type { GradleDefinition } from '../../src/model/image.ts'
import { isRunning } from '../processes.ts'
import { brokenSource, forbid, gradleFiles, imageId, type JvmRig, onlyCommands, openRig } from './jvm/rig.ts'

let rig: JvmRig

beforeEach(async () => {
  rig = await openRig(gradleFiles)
})
afterEach(() => rig[Symbol.asyncDispose]())

test('the wrapper builds the image in its own folder, for the engine of the cluster, and it is named after its content', async () => {
  await rig.wrapper('gradlew')
  const built = await rig.build(gradle())
  expect(built).toEqual({ ok: true, value: { reference: `shop/web:devloop-${imageId.slice(0, 16)}` } })
  expect(await rig.calls()).toEqual([
    {
      args: ['--console=plain', 'bootBuildImage', '--imageName=shop/web:devloop'],
      cwd: rig.folder,
      dockerHost: 'unix:///run/shop.sock',
    },
  ])
})

test('a module, a task and arguments reach Gradle; the arguments of the task stand behind it', async () => {
  await rig.wrapper('gradlew')
  await rig.write('services/web/build.gradle', gradleFiles['build.gradle'])
  for (const module of ['services:web', ':services:web', 'services/web']) {
    await rig.build(gradle({ module, args: ['--builder=paketobuildpacks/builder-jammy-base', '-Pfast'] }))
    expect((await rig.calls()).at(-1)?.args).toEqual([
      '--console=plain',
      ':services:web:bootBuildImage',
      '--imageName=shop/web:devloop',
      '--builder=paketobuildpacks/builder-jammy-base',
      '-Pfast',
    ])
  }
  await rig.build(gradle({ task: 'bootBuildTinyImage' }))
  expect((await rig.calls()).at(-1)?.args).toContain('bootBuildTinyImage')
})

test('what Gradle prints is shown while it runs', async () => {
  await rig.wrapper('gradlew')
  const lines: string[] = []
  await rig.build(gradle(), { onLine: line => lines.push(line) })
  expect(lines).toContain("Building image 'shop/web:devloop'")
})

test('without a wrapper, the gradle on PATH builds', async () => {
  await onlyCommands(rig, {
    gradle: path.resolve(import.meta.dirname, '../fakes/tools/gradlew'),
    docker: path.resolve(import.meta.dirname, '../fakes/docker'),
    node: process.execPath,
    ...Object.fromEntries(
      ['sh', 'dirname', 'readlink', 'mktemp', 'tar', 'rm', 'cat'].map(name => [name, `/usr/bin/${name}`]),
    ),
  })
  expect(await rig.build(gradle())).toMatchObject({ ok: true })
})

test('without either, it says how to come by Gradle', async () => {
  await onlyCommands(rig, {})
  expect(await rig.build(gradle())).toMatchObject({
    ok: false,
    failure: {
      code: 'build/no-tool',
      message: 'There is no gradlew here, and the command "gradle" was not found.',
      at: { file: rig.folder },
      cure: expect.stringContaining('gradle wrapper'),
    },
  })
})

test('a wrapper without its permission to execute is named with the command that gives it', async () => {
  await rig.write('gradlew', '#!/bin/sh\n')
  await forbid(path.join(rig.folder, 'gradlew'))
  expect(await rig.build(gradle())).toMatchObject({
    ok: false,
    failure: {
      code: 'build/no-tool',
      at: { file: path.join(rig.folder, 'gradlew') },
      cure: expect.stringContaining('chmod +x gradlew'),
    },
  })
})

test('a wrapper with the line ends of Windows is not taken for a missing one', async () => {
  await writeFile(path.join(rig.folder, 'gradlew'), '#!/bin/sh\r\nexit 0\r\n', { mode: 0o755 })
  expect(await rig.build(gradle())).toMatchObject({
    ok: false,
    failure: { code: 'build/no-tool', why: expect.stringContaining('line ends') },
  })
})

test('a JAVA_HOME that leads nowhere is told in the words of the start script', async () => {
  await rig.wrapper('gradlew')
  vi.stubEnv('JAVA_HOME', '/no/java')
  expect(await rig.build(gradle())).toMatchObject({
    ok: false,
    failure: { code: 'build/no-tool', why: 'JAVA_HOME is set to an invalid directory: /no/java' },
  })
})

test('an error of the compiler comes with its place and the exit code, once, and without what Gradle says around it', async () => {
  await rig.wrapper('gradlew')
  await rig.write('src/main/java/shop/Web.java', brokenSource)
  const file = path.join(rig.folder, 'src/main/java/shop/Web.java')
  expect(await rig.build(gradle())).toEqual({
    ok: false,
    failure: {
      code: 'build/failed',
      message: '`./gradlew bootBuildImage` ended with exit code 1.',
      at: { file, line: 3 },
      why: "';' expected",
      cure: 'Correct the line; the build starts again when the file is saved.',
      output: expect.arrayContaining([
        `${file}:3: error: ';' expected`,
        "Execution failed for task ':compileJava'.",
      ]),
    },
  })
  const built = await rig.build(gradle())
  const output = built.ok ? [] : (built.failure.output ?? [])
  expect(output.filter(line => line.includes("';' expected"))).toHaveLength(1)
  expect(output.join('\n')).not.toMatch(/--stacktrace|\* Try|BUILD FAILED|What Gradle/)
})

test('a build without the plugin is told which one to apply, and an unknown module to be corrected', async () => {
  await rig.wrapper('gradlew')
  await rig.write('build.gradle', "plugins { id 'java' }\n")
  expect(await rig.build(gradle())).toMatchObject({
    ok: false,
    failure: {
      why: expect.stringContaining("Task 'bootBuildImage' not found"),
      cure: expect.stringContaining('org.springframework.boot'),
    },
  })
  expect(await rig.build(gradle({ module: 'nope' }))).toMatchObject({
    ok: false,
    failure: { cure: expect.stringContaining('Correct module') },
  })
})

test('a build that is cancelled leaves no process and no temporary file, and gives no image', async () => {
  await rig.wrapper('gradlew')
  vi.stubEnv('FAKE_TOOL_HANGS', '1')
  const temporary = path.join(rig.folder, 'temporary')
  await mkdir(temporary)
  vi.stubEnv('TMPDIR', temporary)
  const controller = new AbortController()
  const started = Promise.withResolvers<number>()
  const building = rig.build(gradle(), {
    signal: controller.signal,
    onLine(line) {
      const pid = /^started (\d+)$/.exec(line)?.[1]
      if (pid !== undefined) started.resolve(Number(pid))
    },
  })
  const pid = await started.promise
  expect(isRunning(pid)).toBe(true)
  controller.abort()
  expect(await building).toMatchObject({ ok: false })
  await expect.poll(() => isRunning(pid)).toBe(false)
  expect(await readdir(temporary)).toEqual([])
})

test('a project without devtools makes a new image of every change, until live is asked for', async () => {
  expect(await gradle().live?.()).toBeUndefined()
  const live = await gradle({ live: true }).live?.()
  expect(live?.sources).toEqual([path.join(rig.folder, 'src')])
  expect(live?.outputs).toEqual([
    {
      from: path.join(rig.folder, 'build/classes/java/main'),
      to: '/workspace/BOOT-INF/classes',
      after: 'restart',
    },
    {
      from: path.join(rig.folder, 'build/resources/main'),
      to: '/workspace/BOOT-INF/classes',
      after: 'restart',
    },
  ])
})

test('devtools in the image see new classes themselves; where they are left out of it, the process is restarted', async () => {
  const dependencies =
    "dependencies {\n  developmentOnly 'org.springframework.boot:spring-boot-devtools'\n}\n"
  await rig.write('build.gradle', `${gradleFiles['build.gradle']}${dependencies}`)
  expect((await gradle().live?.())?.outputs[0]).toMatchObject({ after: 'restart' })
  await rig.write(
    'build.gradle',
    `${gradleFiles['build.gradle']}${dependencies}bootJar {\n  classpath configurations.developmentOnly\n}\n`,
  )
  expect((await gradle().live?.())?.outputs[0]).not.toHaveProperty('after')
  expect(await gradle({ live: false }).live?.()).toBeUndefined()
  expect(await gradle({ sync: { kind: 'off' } }).live?.()).toBeUndefined()
})

test('classes of Kotlin are synced too, where there are any', async () => {
  await rig.write('src/main/kotlin/Web.kt', 'class Web\n')
  const live = await gradle({ live: true }).live?.()
  expect(live?.outputs.map(({ from }) => path.relative(rig.folder, from))).toEqual([
    'build/classes/java/main',
    'build/classes/kotlin/main',
    'build/resources/main',
  ])
})

test('a folder whose name looks like a glob is taken literally by the rules', async () => {
  const live = await gradle({ live: true, context: '/shop/[web]' }).live?.()
  expect(live?.outputs[0]?.from).toBe('/shop/\\[web\\]/build/classes/java/main')
})

test('compiling runs only the compiler, with those arguments that mean the whole build', async () => {
  await rig.wrapper('gradlew')
  const args = ['--builder=some/builder', '-Pfast', '--offline']
  const live = await gradle({ live: true, args }).live?.()
  const request = { signal: new AbortController().signal, onLine: () => {} }
  expect(await live?.compile(request)).toMatchObject({ ok: true })
  expect((await rig.calls()).map(call => call.args)).toEqual([
    ['--console=plain', 'classes', '-Pfast', '--offline'],
  ])
  expect(await readdir(path.join(rig.folder, 'build/classes/java/main/shop'))).toEqual(['Web.class'])
})

test('an error while compiling comes with its place, too', async () => {
  await rig.wrapper('gradlew')
  await rig.write('src/main/java/shop/Web.java', brokenSource)
  const live = await gradle({ live: true }).live?.()
  expect(await live?.compile({ signal: new AbortController().signal, onLine: () => {} })).toMatchObject({
    ok: false,
    failure: { message: '`./gradlew classes` ended with exit code 1.', at: { line: 3 } },
  })
})

test('classes that go elsewhere are not silently left unsynced', async () => {
  await writeFile(path.join(rig.folder, 'gradlew'), '#!/bin/sh\n', { mode: 0o755 })
  const live = await gradle({ live: true }).live?.()
  expect(await live?.compile({ signal: new AbortController().signal, onLine: () => {} })).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('left no classes in build/classes/java/main') },
  })
})

test('inputs are the same object as long as the build reads the same files', async () => {
  const builder = gradle()
  const first = await builder.inputs()
  await rig.write('src/main/java/shop/Other.java', 'class Other {}\n')
  const second = await builder.inputs()
  expect(second.ok && first.ok && second.value === first.value).toBe(true)
  await rig.write('build.gradle', `${gradleFiles['build.gradle']}apply from: 'more.gradle'\n`)
  const third = await builder.inputs()
  expect(third.ok && third.value.roots).toContain(path.join(rig.folder, 'more.gradle'))
})

function gradle(options: Partial<GradleDefinition> = {}) {
  return gradleBuilder(
    {
      kind: 'gradle',
      context: rig.folder,
      task: 'bootBuildImage',
      args: [],
      sync: { kind: 'inferred', runs: [], rebuildOn: [] },
      ...options,
    },
    rig.docker,
  )
}
