import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isFailed, isLive, startUp } from '../devloop.ts'
import { helloProject } from '../project.ts'

test('no docker: says so; goes live by itself once it is there', async () => {
  await using project = await helloProject('no-docker')
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-e2e-bin-'))
  try {
    await symlink('/bin/sh', path.join(folder, 'sh'))
    await using up = startUp({ cwd: project.folder, env: { ...project.env, PATH: folder } })
    const { failure } = await up.next(isFailed('hello'))
    expect(failure).toMatchObject({ code: 'build/no-tool', cure: expect.any(String) })
    await symlink(dockerPath(), path.join(folder, 'docker'))
    await up.next(isLive('hello'))
  } finally {
    await rm(folder, { recursive: true })
  }
})

function dockerPath(): string {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const found = folders.map(folder => path.join(folder, 'docker')).find(file => existsSync(file))
  if (found === undefined) throw new Error('there is no docker on PATH')
  return found
}
