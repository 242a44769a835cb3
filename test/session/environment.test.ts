import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { dockerCommand } from '../../src/build/docker-command.ts'
import { dockerEngine } from '../../src/build/docker-engine.ts'
import type { Event } from '../../src/engine/events.ts'
import type { Snapshot } from '../../src/engine/port.ts'
import type { Failure } from '../../src/model/failure.ts'
import { watchEnvironment } from '../../src/session/environment.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-environment-'))
  vi.stubEnv('PATH', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('a build that lacks a tool goes on when the tool is there, not when docker is', async () => {
  await install('docker')
  const onMended = vi.fn()
  const environment = watchEnvironment(dockerEngine(dockerCommand({})), onMended)
  try {
    tell(environment, { code: 'build/no-tool', message: 'no pack', tool: 'pack' })
    tell(environment, { code: 'build/no-engine', message: 'no engine' })
    await vi.waitFor(() => expect(onMended).toHaveBeenCalledTimes(1))
    await install('pack')
    await vi.waitFor(() => expect(onMended).toHaveBeenCalledTimes(2), 5_000)
    expect((await readFile(path.join(folder, 'asked'), 'utf8')).trim().split('\n')).toEqual([
      'docker version',
      'pack --version',
    ])
  } finally {
    environment.close()
  }
})

test('a build that fails by itself asks for nothing, and neither does one that only an edit mends', async () => {
  await install('docker')
  const onMended = vi.fn()
  const environment = watchEnvironment(dockerEngine(dockerCommand({})), onMended)
  tell(environment, { code: 'build/failed', message: 'RUN failed' })
  tell(environment, { code: 'build/no-tool', message: 'the wrapper may not be run' })
  tell(environment, { code: 'build/no-engine', message: 'no engine' })
  await vi.waitFor(() => expect(onMended).toHaveBeenCalled())
  environment.close()
  expect(await readFile(path.join(folder, 'asked'), 'utf8')).toBe('docker version\n')
})

test('a build that fails for an engine that is there is not built again without end', async () => {
  let builds = 0
  const environment = watchEnvironment({ isThere: async () => true }, () => {
    builds++
    tell(environment, { code: 'build/no-engine', message: 'no engine' })
  })
  tell(environment, { code: 'build/no-engine', message: 'no engine' })
  await vi.waitFor(() => expect(builds).toBe(1))
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
  environment.close()
  expect(builds).toBe(1)
})

/** A tool on PATH that keeps a note of each time it is asked. */
async function install(name: string): Promise<void> {
  const file = path.join(folder, name)
  await writeFile(`${file}.new`, `#!/bin/sh\necho "${name} $*" >>${folder}/asked\n`)
  await chmod(`${file}.new`, 0o755)
  await rename(`${file}.new`, file)
}

function tell({ listener }: ReturnType<typeof watchEnvironment>, failure: Failure): void {
  const event = { type: 'task-ended', outcome: { status: 'failed', failure } } as Event
  listener(event, {} as Snapshot, {} as Snapshot)
}
