import { rm } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { jibBuilder } from '../../src/build/jib.ts'
import type { JibDefinition } from '../../src/model/image.ts'
import { gradleFiles, type JvmRig, mavenFiles, openRig } from './jvm/rig.ts'

let rig: JvmRig

beforeEach(async () => {
  rig = await openRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const devtools = "dependencies { developmentOnly 'org.springframework.boot:spring-boot-devtools' }\n"

test('in a Gradle project, Jib is run by Gradle, and draws no progress over the lines', async () => {
  await useGradle()
  expect(await rig.build(jib())).toMatchObject({ ok: true })
  expect((await rig.calls()).map(({ args }) => args)).toEqual([
    ['--console=plain', 'jibDockerBuild', '--image=shop/web:devloop', '-Djib.console=plain'],
  ])
})

test('in a Maven project, it is run by Maven', async () => {
  await useMaven()
  expect(await rig.build(jib())).toMatchObject({ ok: true })
  expect((await rig.calls()).map(({ args }) => args)).toEqual([
    [
      '--batch-mode',
      'compile',
      'jib:dockerBuild',
      '-Dimage=shop/web:devloop',
      '-DskipTests',
      '-Djib.console=plain',
    ],
  ])
})

test('of the modules of a Maven build, only the one that is wanted becomes an image; those it depends on become jars', async () => {
  await useMaven()
  await rig.write('web/pom.xml', '<project><artifactId>web</artifactId></project>')
  await rig.build(jib({ module: 'web' }))
  const [call] = await rig.calls()
  expect(call?.args.slice(0, 6)).toEqual(['--batch-mode', '-pl', 'web', '-am', 'package', 'jib:dockerBuild'])
  expect(call?.args).toContain('-Djib.containerize=web')
})

test('a project without the plugin is told which one to apply', async () => {
  await useGradle()
  await rig.write('build.gradle', gradleFiles['build.gradle'])
  expect(await rig.build(jib())).toMatchObject({
    ok: false,
    failure: { cure: expect.stringContaining('com.google.cloud.tools.jib') },
  })
  await rm(path.join(rig.folder, 'build.gradle'))
  await rm(path.join(rig.folder, 'settings.gradle'))
  await useMaven()
  await rig.write('pom.xml', mavenFiles['pom.xml'])
  expect(await rig.build(jib())).toMatchObject({
    ok: false,
    failure: { cure: expect.stringContaining('com.google.cloud.tools:jib-maven-plugin') },
  })
})

test('classes and resources go where Jib lays them, and its images have the devtools of the project', async () => {
  await useGradle(devtools)
  const live = await jib().live?.()
  expect(live?.outputs).toEqual([
    { from: path.join(rig.folder, 'build/classes/java/main'), to: '/app/classes' },
    { from: path.join(rig.folder, 'build/resources/main'), to: '/app/resources' },
  ])
})

test('where Jib leaves devtools out, the process is restarted', async () => {
  await useGradle(`${devtools}jib { configurationName = 'productionRuntimeClasspath' }\n`)
  expect((await jib().live?.())?.outputs[0]).toMatchObject({ after: 'restart' })
})

test('what Maven compiles into one folder is taken apart as Jib does it', async () => {
  await useMaven()
  const classes = path.join(rig.folder, 'target/classes')
  expect((await jib({ live: true }).live?.())?.outputs).toEqual([
    { from: `${classes}/**/*.class`, to: '/app/classes', after: 'restart' },
    { from: classes, to: '/app/resources', after: 'restart' },
  ])
})

async function useGradle(more = '') {
  await rig.wrapper('gradlew')
  const files = { ...gradleFiles, 'build.gradle': `plugins {\n  id 'com.google.cloud.tools.jib'\n}\n${more}` }
  for (const [file, text] of Object.entries(files)) await rig.write(file, text)
}

async function useMaven() {
  await rig.wrapper('mvnw')
  const pom = mavenFiles['pom.xml'].replace('spring-boot-maven-plugin', 'jib-maven-plugin')
  for (const [file, text] of Object.entries({ ...mavenFiles, 'pom.xml': pom })) await rig.write(file, text)
}

function jib(options: Partial<JibDefinition> = {}) {
  return jibBuilder(
    {
      kind: 'jib',
      context: rig.folder,
      args: [],
      sync: { kind: 'inferred', runs: [], rebuildOn: [] },
      ...options,
    },
    rig.docker,
  )
}
