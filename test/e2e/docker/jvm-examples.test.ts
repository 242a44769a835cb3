import { expect, test } from 'vitest'
import { isLive, isStarted, startUp } from '../devloop.ts'
import { openJvmExample } from './jvm-example.ts'

test.each([
  {
    example: 'maven',
    service: 'greeting',
    port: 9002,
    wrapper: 'mvnw',
    source: 'com/example/greeting/GreetingApplication',
    before: '"Hello"',
    after: '"Good day"',
  },
  {
    example: 'jib',
    service: 'clock',
    port: 9003,
    wrapper: 'gradlew',
    source: 'com/example/clock/Clock',
    before: '"It is "',
    after: '"The time is "',
  },
] as const)('examples/$example goes up, and an edit is compiled into the running pod', async options => {
  const { service, source, before, after } = options
  await using project = await openJvmExample(options)
  await using up = startUp({ cwd: project.folder, env: project.env })
  await up.next(isLive(service))
  expect(await project.get('/')).toContain('<h1>')
  expect(await project.get(`/classes/${source}.class`)).toContain(before)
  await project.edit(`src/main/java/${source}.java`, before, after)
  await expect
    .poll(() => project.get(`/classes/${source}.class`), { timeout: 30_000, interval: 100 })
    .toContain(after)
  expect(up.lines.filter(isStarted('build'))).toHaveLength(1)
})
