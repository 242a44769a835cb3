import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readGradleProject } from '../../../src/build/jvm/gradle-project.ts'
import { readMavenProject } from '../../../src/build/jvm/maven-project.ts'
import { inputsReader } from '../../../src/build/jvm/project.ts'
import { type JvmRig, openRig } from './rig.ts'

let rig: JvmRig

beforeEach(async () => {
  rig = await openRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

test('Gradle, one module: build files, the wrapper’s folder and sources are read', async () => {
  await write({ 'build.gradle': '' })
  expect(await gradleRoots(':')).toEqual([
    'build.gradle',
    'build.gradle.kts',
    'buildSrc',
    'gradle',
    'gradle.properties',
    'settings.gradle',
    'settings.gradle.kts',
    'src',
  ])
})

test('Gradle, several modules: those that the module depends on count, directly or not, and the others do not', async () => {
  await write({
    'settings.gradle.kts': 'include(":web", ":lib:core")\ninclude(":lib:base", ":other")\n',
    'build.gradle.kts': '',
    'web/build.gradle.kts': 'dependencies {\n  implementation(projects.lib.core)\n}\n',
    'lib/core/build.gradle.kts': 'dependencies { api(project(":lib:base")) }\n// project(":other")\n',
    'lib/base/build.gradle.kts': '/* project(":other") */\n',
  })
  const { sources } = await readGradleProject(rig.folder, ':web')
  expect(relative(sources)).toEqual(['lib/base/src', 'lib/core/src', 'web/src'])
  expect(await gradleRoots(':web')).toContain('lib/base/build.gradle.kts')
})

test('Gradle: an accessor of camel case, a module in another folder, scripts that are applied, builds that make plugins', async () => {
  await write({
    'settings.gradle': [
      "pluginManagement { includeBuild 'build-logic' }",
      "include 'web', 'my-lib',",
      "  'more'",
      "project(':more').projectDir = new File(settingsDir, 'elsewhere/more')",
    ].join('\n'),
    'build.gradle':
      'apply from: "$rootDir/gradle-scripts/java.gradle"\napply from: "https://example.org/x.gradle"\n',
    'web/build.gradle':
      "apply from: 'local.gradle'\ndependencies { implementation projects.myLib\n implementation project(path: ':more') }\n",
  })
  const roots = await gradleRoots(':web')
  expect(roots).toEqual(
    expect.arrayContaining([
      'build-logic',
      'elsewhere/more/src',
      'gradle-scripts/java.gradle',
      'my-lib/src',
      'web/local.gradle',
    ]),
  )
  expect(roots.filter(root => root.includes('example.org'))).toEqual([])
})

test('a circle of modules ends', async () => {
  await write({
    'a/build.gradle': "implementation project(':b')",
    'b/build.gradle': "implementation project(':a')",
  })
  expect(await gradleRoots(':a')).toEqual(expect.arrayContaining(['a/src', 'b/src']))
})

test('tests, and what a plugin’s build writes, need no new image; packages of such names do', async () => {
  await write({ 'settings.gradle': "includeBuild 'plugins'\n" })
  const { ignores } = inputsReader()(await readGradleProject(rig.folder, ':'))
  const isIgnored = (file: string) => ignores?.(path.join(rig.folder, file), false)
  const files = [
    'src/test/java/WebTest.java',
    'src/testFixtures/java/A.java',
    'src/integrationTest/java/A.java',
    'plugins/build/classes/A.class',
    'plugins/convention/.gradle/x',
    'buildSrc/build/A.class',
    'src/main/java/shop/test/Web.java',
    'src/main/proto/web.proto',
    'src/main/java/build/Web.java',
    'buildSrc/src/main/java/build/Plugin.java',
    'build.gradle',
  ]
  expect(files.filter(isIgnored)).toEqual(files.slice(0, 6))
})

test('Maven, one module: pom.xml, the wrapper’s folder, parents that are files, and sources are read', async () => {
  await write({
    'pom.xml':
      '<project><parent><artifactId>company</artifactId></parent><artifactId>web</artifactId></project>',
    '../pom.xml': '<project><artifactId>company</artifactId></project>',
  })
  expect(await mavenRoots(undefined)).toEqual(['../pom.xml', '.mvn', 'pom.xml', 'src'])
})

const modules = {
  'pom.xml':
    '<project><artifactId>shop</artifactId><modules><module>web</module><module>libs</module></modules></project>',
  'web/pom.xml':
    '<project><parent><artifactId>shop</artifactId></parent><artifactId>shop-web</artifactId><dependencies><dependency><artifactId>core</artifactId></dependency><!-- <dependency><artifactId>unused</artifactId></dependency> --></dependencies></project>',
  'libs/pom.xml':
    '<project><artifactId>libs</artifactId><modules><module>core</module><module>base</module><module>unused</module></modules></project>',
  'libs/core/pom.xml':
    '<project><artifactId>core</artifactId><dependencies><dependency><artifactId>base</artifactId></dependency></dependencies></project>',
  'libs/base/pom.xml': '<project><artifactId>base</artifactId></project>',
  'libs/unused/pom.xml': '<project><artifactId>unused</artifactId></project>',
}

test.each([['web'], [':shop-web'], ['org.shop:shop-web']])(
  'Maven, several modules: those that %s depends on count, and the others do not',
  async module => {
    await write(modules)
    const project = await readMavenProject(rig.folder, module)
    expect(relative(project.sources)).toEqual(['libs/base/src', 'libs/core/src', 'web/src'])
    expect(relative([project.module])).toEqual(['web'])
    expect(await mavenRoots(module)).toContain('libs/core/pom.xml')
    expect(await mavenRoots(module)).not.toContain('libs/unused/pom.xml')
  },
)

test('Maven without a module builds them all, so all of them count', async () => {
  await write(modules)
  expect(await mavenRoots(undefined)).toContain('libs/unused/src')
})

test('a module that the build does not have is still watched for, as it may be about to be made', async () => {
  await write(modules)
  expect(await mavenRoots('soon')).toEqual(expect.arrayContaining(['soon/pom.xml', 'soon/src']))
  expect(await gradleRoots(':soon')).toEqual(expect.arrayContaining(['soon/build.gradle', 'soon/src']))
})

async function write(files: Readonly<Record<string, string>>) {
  for (const [file, text] of Object.entries(files)) await rig.write(file, text)
}

async function gradleRoots(module: string) {
  return relative(inputsReader()(await readGradleProject(rig.folder, module)).roots)
}

async function mavenRoots(module: string | undefined) {
  return relative(inputsReader()(await readMavenProject(rig.folder, module)).roots)
}

function relative(files: readonly string[]): readonly string[] {
  return files.map(file => path.relative(rig.folder, file)).sort()
}
