import { expect, test } from 'vitest'
import {
  reloaderInBootImage,
  reloaderInJibImage,
  reloaderInMavenImage,
} from '../../../src/build/jvm/reloader.ts'

const only = "  developmentOnly 'org.springframework.boot:spring-boot-devtools'\n"

test.each([
  ['', 'none'],
  ["  implementation 'org.springframework.boot:spring-boot-starter-web'\n", 'none'],
  [only, 'left-out'],
  ['  developmentOnly("org.springframework.boot:spring-boot-devtools")\n', 'left-out'],
  ['  developmentOnly(libs.spring.boot.devtools)\n', 'left-out'],
  ["  runtimeOnly 'org.springframework.boot:spring-boot-devtools'\n", 'in-image'],
  [`${only}bootJar {\n  classpath configurations.developmentOnly\n}\n`, 'in-image'],
  [`${only}tasks.named("bootJar") { classpath(configurations["developmentOnly"]) }\n`, 'in-image'],
  ["bootBuildImage { environment = ['BP_LIVE_RELOAD_ENABLED': 'true'] }", 'in-image'],
  ['  environment.put("BP_LIVE_RELOAD_ENABLED", "true")', 'in-image'],
  ['  environment = mapOf("BP_LIVE_RELOAD_ENABLED" to "true")', 'in-image'],
  ["bootBuildImage { environment = ['BP_LIVE_RELOAD_ENABLED': 'false'] }", 'none'],
])('Gradle: %j', (text, expected) => {
  expect(reloaderInBootImage(text, [])).toBe(expected)
})

const dependency = '<dependency><artifactId>spring-boot-devtools</artifactId></dependency>'

test.each([
  ['', [], 'none'],
  [dependency, [], 'left-out'],
  [`${dependency}<configuration><excludeDevtools>false</excludeDevtools>`, [], 'in-image'],
  [
    `${dependency}<spring-boot.repackage.excludeDevtools>false</spring-boot.repackage.excludeDevtools>`,
    [],
    'in-image',
  ],
  [`${dependency}<excludeDevtools>true</excludeDevtools>`, [], 'left-out'],
  [dependency, ['-Dspring-boot.repackage.excludeDevtools=false'], 'in-image'],
  ['<env><BP_LIVE_RELOAD_ENABLED>true</BP_LIVE_RELOAD_ENABLED></env>', [], 'in-image'],
])('Maven: %s %j', (text, args, expected) => {
  expect(reloaderInMavenImage(text, args)).toBe(expected)
})

test.each([
  ['', 'none'],
  [only, 'in-image'],
  [`${only}jib { configurationName = 'productionRuntimeClasspath' }`, 'left-out'],
  [`${dependency}<artifactId>jib-spring-boot-extension-maven</artifactId>`, 'left-out'],
])('Jib: %j', (text, expected) => {
  expect(reloaderInJibImage(text)).toBe(expected)
})

test('what the command line says of the image’s own watcher counts, too', () => {
  expect(reloaderInBootImage('', ['--environment', 'BP_LIVE_RELOAD_ENABLED=true'])).toBe('in-image')
})
