import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findContainerTool } from '../../src/util/container-tool.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'devloop-tools-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('images are built with', () => {
  test('docker where it is installed, whatever else is', async () => {
    await install('nerdctl', 'podman', 'docker')
    expect(find()).toBe('docker')
  })

  test('podman where there is no docker, and nerdctl where there is neither', async () => {
    await install('nerdctl')
    expect(find()).toBe('nerdctl')
    await install('podman')
    expect(find()).toBe('podman')
  })

  test.each([
    ['docker', {}],
    ['podman', { KIND_EXPERIMENTAL_PROVIDER: 'podman', DOCKER_HOST: 'tcp://other' }],
    ['docker', { KIND_EXPERIMENTAL_PROVIDER: 'finch' }],
    ['docker', { DOCKER_HOST: 'tcp://other', CONTAINER_HOST: 'unix:///podman.sock' }],
    ['docker', { DOCKER_CONTEXT: 'colima', CONTAINERD_ADDRESS: '/run/containerd.sock' }],
    ['podman', { CONTAINER_HOST: 'unix:///podman.sock' }],
    ['podman', { CONTAINER_CONNECTION: 'machine' }],
    ['nerdctl', { CONTAINERD_ADDRESS: '/run/k3s/containerd/containerd.sock' }],
  ])('%s where the environment is %o', async (tool, env) => {
    await install('docker', 'podman', 'nerdctl')
    expect(find(env)).toBe(tool)
  })

  test('docker where nothing is installed, so that its absence is told', () => {
    expect(find()).toBe('docker')
  })

  test('what a docker command really is', async () => {
    await install('podman')
    await symlink(path.join(folder, 'podman'), path.join(folder, 'docker'))
    expect(find()).toBe('podman')
    await rm(path.join(folder, 'docker'))
    await install('docker')
    // As Fedora's and Debian's package podman-docker has it.
    await writeFile(
      path.join(folder, 'docker'),
      '#!/bin/sh\n[ -e /etc/x ] || echo emulated\nexec /usr/bin/podman "$@"\n',
    )
    expect(find()).toBe('podman')
    await writeFile(path.join(folder, 'docker'), '#!/bin/sh\n# podman is another\nexec /opt/docker "$@"\n')
    expect(find()).toBe('docker')
  })

  test('what may be run', async () => {
    await install('docker', 'podman')
    await chmod(path.join(folder, 'docker'), 0o644)
    expect(find()).toBe('podman')
  })
})

function find(env: Record<string, string> = {}) {
  return findContainerTool({ PATH: `${folder}/missing${path.delimiter}${folder}`, ...env })
}

async function install(...names: readonly string[]) {
  for (const name of names) {
    await writeFile(path.join(folder, name), '#!/bin/sh\n')
    await chmod(path.join(folder, name), 0o755)
  }
}
