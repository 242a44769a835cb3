import { symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { k3sHost, microK8sHost } from '../../src/cluster/host-containerd.ts'
import { type ToolsOnPath, toolsOnPath } from '../fakes/tools-on-path.ts'
import { savedAsLayout, testImage } from './saved-image.ts'

const options = { signal: new AbortController().signal, onLine() {} }

let tools: ToolsOnPath
beforeEach(() => {
  tools = toolsOnPath()
  const fakes = path.join(import.meta.dirname, '../fakes/tools')
  symlinkSync(path.join(fakes, 'ctr'), path.join(tools.folder, 'bin/ctr'))
  symlinkSync(path.join(fakes, 'docker-with-nodes'), path.join(tools.folder, 'bin/docker'))
  for (const name of ['k3s', 'microk8s']) {
    tools.add(
      name,
      `echo "${name} as \${SUDO_USER:-itself}: $1 $4" >>"$TOOLS/log"; shift; NODE=${name} exec ctr "$@"`,
    )
  }
  const image = testImage(100, 200)
  writeFileSync(path.join(tools.folder, 'saved.tar'), savedAsLayout(image))
  writeFileSync(path.join(tools.folder, 'layers.json'), JSON.stringify(image.diffIds))
})
afterEach(() => {
  vi.restoreAllMocks()
  tools[Symbol.dispose]()
})

const received = () => tools.log().filter(line => line.includes(' got '))

test('root brings images into k3s by itself', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(0)
  tools.add('sudo', 'exit 1')
  expect(await k3sHost({}).load('shop/web:1', options)).toEqual({ ok: true, value: 'shop/web:1' })
  expect(received()).toEqual(['k3s got layer layer'])
})

test('who may use sudo without a password brings images into k3s', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1_000)
  tools.add('sudo', '[ "$1" = --non-interactive ] || exit 64; shift; SUDO_USER=me exec "$@"')
  expect(await k3sHost({}).load('shop/web:1', options)).toEqual({ ok: true, value: 'shop/web:1' })
  expect(received()).toEqual(['k3s got layer layer'])
  expect(tools.log()).toContain('k3s as me: ctr import')
})

test('nobody is asked for a password: who would need one is told what else there is', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1_000)
  tools.add('sudo', 'echo "sudo: a password is required" >&2; exit 1')
  expect(await k3sHost({}).load('shop/web:1', options)).toMatchObject({
    failure: {
      code: 'cluster/no-provider',
      message: 'Only root may bring images into k3s, and devloop does not ask for a password.',
      cure: expect.stringContaining('--docker'),
    },
  })
  expect(tools.log()).toEqual([])
})

test('MicroK8s takes images by its own command', async () => {
  expect(await microK8sHost({}).load('shop/web:1', options)).toEqual({ ok: true, value: 'shop/web:1' })
  expect(received()).toEqual(['microk8s got layer layer'])
})

test('MicroK8s says itself who may use it', async () => {
  tools.add('microk8s', 'echo "Insufficient permissions to access MicroK8s."; exit 1')
  expect(await microK8sHost({}).load('shop/web:1', options)).toMatchObject({
    failure: { code: 'cluster/load', why: 'Insufficient permissions to access MicroK8s.' },
  })
})
