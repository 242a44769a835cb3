import { expect, test } from 'vitest'
import { explainToolFailure } from '../../../src/build/jvm/failure.ts'

/* Outputs as the real tools printed them: Maven 3.8.7 here, the others in issue trackers and references. */

test('javac: file, line and message', () => {
  expect(
    explain(['/shop/src/main/java/Web.java:12: error: cannot find symbol', '    Foo foo;', '    ^']),
  ).toMatchObject({
    at: { file: '/shop/src/main/java/Web.java', line: 12 },
    why: 'cannot find symbol',
  })
})

test.each([
  ['since 1.8', 'e: file:///shop/src/My%20App.kt:3:5 Unresolved reference: foo', '/shop/src/My App.kt'],
  ['before', 'e: /shop/src/App.kt: (3, 5): Unresolved reference: foo', '/shop/src/App.kt'],
])('Kotlin in Gradle, %s: file, line and column', (_, line, file) => {
  expect(explain([line])).toMatchObject({
    at: { file, line: 3, column: 5 },
    why: 'Unresolved reference: foo',
  })
})

test.each([
  ['[ERROR] /shop/src/App.kt: (3, 5) Unresolved reference: foo'],
  ['[ERROR] /shop/src/App.kt:[3,5] Unresolved reference: foo'],
])('Kotlin in Maven: %s', line => {
  expect(explain([line], 'Maven')).toMatchObject({
    at: { file: '/shop/src/App.kt', line: 3, column: 5 },
    why: 'Unresolved reference: foo',
  })
})

test('a mistake in a build file of Gradle: its place, and what Gradle says of it', () => {
  const failure = explain([
    '',
    'FAILURE: Build failed with an exception.',
    '',
    '* Where:',
    "Build file '/shop/build.gradle' line: 7",
    '',
    '* What went wrong:',
    "A problem occurred evaluating root project 'shop'.",
    '> Could not find method implementatio() for arguments [x] on object of type DefaultDependencyHandler.',
    '',
    '* Try:',
    '> Run with --stacktrace option to get the stack trace.',
    '',
    '* Exception is:',
    'org.gradle.api.GradleScriptException: A problem occurred evaluating root project',
    '\tat org.gradle.groovy.scripts.internal.DefaultScriptRunnerFactory.run(DefaultScriptRunnerFactory.java:93)',
    '',
    'Deprecated Gradle features were used in this build, making it incompatible with Gradle 9.0.',
    '',
    'BUILD FAILED in 1s',
  ])
  expect(failure.at).toEqual({ file: '/shop/build.gradle', line: 7 })
  expect(failure.why).toBe(
    "A problem occurred evaluating root project 'shop'. Could not find method implementatio() for arguments [x] on object of type DefaultDependencyHandler.",
  )
  expect(failure.output).toEqual([
    '* Where:',
    "Build file '/shop/build.gradle' line: 7",
    '',
    '* What went wrong:',
    "A problem occurred evaluating root project 'shop'.",
    '> Could not find method implementatio() for arguments [x] on object of type DefaultDependencyHandler.',
  ])
})

test('a mistake in a pom.xml: its place in the file that Maven names', () => {
  expect(
    explain(
      [
        '[INFO] Scanning for projects...',
        '[ERROR] [ERROR] Some problems were encountered while processing the POMs:',
        "[ERROR] 'dependencies.dependency.version' for q:w:jar is missing. @ line 9, column 136",
        ' @ ',
        '[ERROR] The build could not read 1 project -> [Help 1]',
        '[ERROR]   ',
        '[ERROR]   The project a:b:1 (/shop/pom.xml) has 1 error',
        "[ERROR]     'dependencies.dependency.version' for q:w:jar is missing. @ line 9, column 136",
        '[ERROR] ',
        '[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.',
        '[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/ProjectBuildingException',
      ],
      'Maven',
    ),
  ).toMatchObject({
    at: { file: '/shop/pom.xml', line: 9, column: 136 },
    why: "'dependencies.dependency.version' for q:w:jar is missing.",
    output: expect.not.arrayContaining([expect.stringContaining('[Help 1]')]),
  })
})

test('a pom.xml that is no XML: the place where its reader stopped', () => {
  expect(
    explain(
      [
        '[ERROR]   The project  (/shop/pom.xml) has 1 error',
        '[ERROR]     Non-readable POM /shop/pom.xml: no more data available - expected end tag </project>, parser stopped on START_TAG seen ...<groupId>a\\n... @2:1',
      ],
      'Maven',
    ),
  ).toMatchObject({ at: { file: '/shop/pom.xml', line: 2, column: 1 } })
})

test('a failed task without a place is told in Gradle’s own words', () => {
  expect(
    explain([
      '* What went wrong:',
      "Execution failed for task ':bootBuildImage'.",
      "> Builder lifecycle 'creator' failed with status code 51",
      '',
      '* Try:',
    ]),
  ).toMatchObject({
    message: '`./gradlew bootBuildImage` ended with exit code 1.',
    why: "Execution failed for task ':bootBuildImage'. Builder lifecycle 'creator' failed with status code 51",
  })
})

test.each([
  [
    '> Connection to the Docker daemon at \'localhost\' failed with error "[2] No such file or directory"; ensure the Docker daemon is running and accessible',
  ],
  ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'],
])('an engine that is away is no fault of the build: %s', line => {
  expect(explain(['* What went wrong:', "Execution failed for task ':bootBuildImage'.", line])).toMatchObject(
    {
      code: 'build/no-engine',
    },
  )
})

test.each([
  ["ERROR: JAVA_HOME is not set and no 'java' command could be found in your PATH."],
  ['The JAVA_HOME environment variable is not defined correctly,'],
  ['Error: JAVA_HOME is not defined correctly.'],
  ['The operation couldn’t be completed. Unable to locate a Java Runtime.'],
  ['./gradlew: line 206: java: command not found'],
])('a missing Java is named with how to install it: %s', line => {
  expect(explain([line])).toMatchObject({
    code: 'build/no-tool',
    message: 'No Java was found.',
    cure: expect.stringContaining('JAVA_HOME'),
  })
})

test.each([
  ['Error: Could not find or load main class org.gradle.wrapper.GradleWrapperMain'],
  ['Error: Unable to access jarfile /shop/gradle/wrapper/gradle-wrapper.jar'],
])('a wrapper whose jar was not committed: %s', line => {
  expect(explain([line])).toMatchObject({
    code: 'build/no-tool',
    cure: expect.stringContaining('gradle/wrapper/gradle-wrapper.jar'),
  })
})

test('Spring’s goal in a library is explained by how to leave it out', () => {
  expect(
    explain(
      [
        '[ERROR] Failed to execute goal org.springframework.boot:spring-boot-maven-plugin:3.3.0:build-image (default-cli) on project lib: Execution default-cli of goal org.springframework.boot:spring-boot-maven-plugin:3.3.0:build-image failed: Unable to find main class -> [Help 1]',
      ],
      'Maven',
    ),
  ).toMatchObject({ cure: expect.stringContaining('spring-boot.build-image.skip') })
})

test('a plugin that cannot be fetched is told shortly, and what may be the cause', () => {
  expect(
    explain(
      [
        '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-resources-plugin:2.6:resources (default-resources) on project web: Execution default-resources of goal org.apache.maven.plugins:maven-resources-plugin:2.6:resources failed: Plugin org.apache.maven.plugins:maven-resources-plugin:2.6 or one of its dependencies could not be resolved: Cannot access central (https://repo.maven.apache.org/maven2) in offline mode and the artifact org.apache.maven:maven-project:jar:2.0.6 has not been downloaded from it before. -> [Help 1]',
      ],
      'Maven',
    ),
  ).toMatchObject({
    why: 'maven-resources-plugin:2.6:resources of web: Plugin org.apache.maven.plugins:maven-resources-plugin:2.6 or one of its dependencies could not be resolved: Cannot access central (https://repo.maven.apache.org/maven2) in offline mode and the artifact org.apache.maven:maven-project:jar:2.0.6 has not been downloaded from it before.',
    cure: expect.stringContaining('offline'),
  })
})

test('of very many errors, those after the first are left out, and not the first', () => {
  const errors = Array.from({ length: 60 }, (_, index) => `/shop/A.java:${index + 1}: error: wrong ${index}`)
  const { output = [], at } = explain([...errors, '60 errors'])
  expect(at?.line).toBe(1)
  expect(output[0]).toBe(errors[0])
  expect(output).toHaveLength(20)
})

test('colours are no part of what is said', () => {
  expect(explain(['[\u001b[1;31mERROR\u001b[m] /shop/A.java:[3,5] wrong'], 'Maven')).toMatchObject({
    at: { file: '/shop/A.java', line: 3 },
    output: ['[ERROR] /shop/A.java:[3,5] wrong'],
  })
})

test('what is not understood is shown as it is', () => {
  expect(explain(['> Task :bootBuildImage', 'Killed'])).toMatchObject({ output: ['Killed'] })
  expect(explain(['> Task :bootBuildImage'])).toMatchObject({ output: ['> Task :bootBuildImage'] })
})

function explain(output: readonly string[], tool: 'Gradle' | 'Maven' = 'Gradle') {
  const shown = tool === 'Gradle' ? './gradlew bootBuildImage' : './mvnw spring-boot:build-image'
  return explainToolFailure({ exit: 'exit code 1', output }, { tool, shown, context: '/shop' })
}
