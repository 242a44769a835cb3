import { expect, test } from 'vitest'
import { devtoolsInBootJar, devtoolsInJib, devtoolsInRepackaged } from '../../../src/build/jvm/devtools.ts'

const only = "  developmentOnly 'org.springframework.boot:spring-boot-devtools'\n"

test.each([
  ['', 'absent'],
  ["  implementation 'org.springframework.boot:spring-boot-starter-web'\n", 'absent'],
  [only, 'not-in-image'],
  ['  developmentOnly("org.springframework.boot:spring-boot-devtools")\n', 'not-in-image'],
  ['  developmentOnly(libs.spring.boot.devtools)\n', 'not-in-image'],
  ["  runtimeOnly 'org.springframework.boot:spring-boot-devtools'\n", 'in-image'],
  [`${only}bootJar {\n  classpath configurations.developmentOnly\n}\n`, 'in-image'],
  [`${only}tasks.named("bootJar") { classpath(configurations["developmentOnly"]) }\n`, 'in-image'],
])('Gradle: %j', (text, expected) => {
  expect(devtoolsInBootJar(text)).toBe(expected)
})

const dependency = '<dependency><artifactId>spring-boot-devtools</artifactId></dependency>'

test.each([
  ['', [], 'absent'],
  [dependency, [], 'not-in-image'],
  [`${dependency}<configuration><excludeDevtools>false</excludeDevtools>`, [], 'in-image'],
  [
    `${dependency}<spring-boot.repackage.excludeDevtools>false</spring-boot.repackage.excludeDevtools>`,
    [],
    'in-image',
  ],
  [`${dependency}<excludeDevtools>true</excludeDevtools>`, [], 'not-in-image'],
  [dependency, ['-Dspring-boot.repackage.excludeDevtools=false'], 'in-image'],
])('Maven: %s %j', (text, args, expected) => {
  expect(devtoolsInRepackaged(text, args)).toBe(expected)
})

test.each([
  ['', 'absent'],
  [only, 'in-image'],
  [`${only}jib { configurationName = 'productionRuntimeClasspath' }`, 'not-in-image'],
  [`${dependency}<artifactId>jib-spring-boot-extension-maven</artifactId>`, 'not-in-image'],
])('Jib: %j', (text, expected) => {
  expect(devtoolsInJib(text)).toBe(expected)
})
