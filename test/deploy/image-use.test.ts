import { expect, test } from 'vitest'
import { imageUse } from '../../src/deploy/image-use.ts'
import type { KubeObject } from '../../src/model/kube.ts'

const name = 'docker.io/shop/web'
const web = { name: 'web', image: 'shop/web:dev' }

function object(kind: string, spec: unknown): KubeObject {
  const template = { spec }
  const body = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template }
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name: 'it' },
    spec: kind === 'Pod' ? spec : body,
  } as KubeObject
}

test.each(['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])(
  'a container of a %s goes on running, with the command that its manifest gives it',
  kind => {
    const containers = [{ ...web, command: ['node', '--watch'], args: ['app.js'] }, { image: 'redis' }]
    expect(imageUse([object(kind, { containers })], name)).toEqual({
      ending: [],
      initializing: [],
      commands: [{ command: ['node', '--watch'], args: ['app.js'] }],
    })
  },
)

test.each(['Job', 'CronJob'])('a container of a %s runs to its end', kind => {
  expect(imageUse([object(kind, { containers: [web] })], name)).toMatchObject({
    ending: [`${kind}/it`],
    commands: [],
  })
})

test('an init container has ended when files change, a sidecar among them has not', () => {
  const initContainers = [{ ...web }, { ...web, name: 'sidecar', restartPolicy: 'Always' }]
  expect(imageUse([object('Deployment', { initContainers, containers: [web] })], name)).toEqual({
    ending: [],
    initializing: ['Deployment/it'],
    commands: [{}, {}],
  })
})

test('an image is found by whatever name a manifest gives it, and others are not', () => {
  const named = ['shop/web', 'docker.io/shop/web:1', 'shop/web@sha256:'.padEnd(80, '0')]
  const others = ['shop/webs', 'registry.test/shop/web']
  const containers = [...named, ...others].map(image => ({ image }))
  expect(imageUse([object('Pod', { containers })], name).commands.length).toBe(named.length)
})

test.each([
  ['no spec', undefined],
  ['a text in place of containers', { containers: 'web' }],
  ['an empty item', { containers: [null, web] }],
  ['an object in place of init containers', { initContainers: {}, containers: [web] }],
  ['a number in place of a command', { containers: [{ ...web, command: 3, args: 'x' }] }],
  ['a number in place of an image', { containers: [{ image: 3 }, web] }],
])('a broken manifest with %s ends nothing', (_, spec) => {
  const { commands } = imageUse([object('Deployment', spec)], name)
  expect(commands.every(command => Object.keys(command).length === 0)).toBe(true)
})
