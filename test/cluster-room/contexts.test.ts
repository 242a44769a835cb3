import { expect, test } from 'vitest'
import { permitContext } from '../../src/cluster/contexts.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'

const minikubeCluster = {
  extensions: [{ name: 'cluster_info', extension: { provider: 'minikube.sigs.k8s.io' } }],
}

test.each([
  ['kind-shop', 'https://127.0.0.1:41234', 'kind'],
  ['k3d-shop', 'https://0.0.0.0:6550', 'k3d'],
  ['k3d-shop', 'https://host.docker.internal:6550', 'k3d'],
  ['docker-desktop', 'https://kubernetes.docker.internal:6443', 'Docker Desktop'],
  ['docker-for-desktop', 'https://localhost:6443', 'Docker Desktop'],
  ['orbstack', 'https://127.0.0.1:26443', 'OrbStack'],
  ['rancher-desktop', 'https://192.168.127.2:6443', 'Rancher Desktop'],
  ['colima', 'https://127.0.0.1:6443', 'colima'],
  ['colima-work', 'https://[::1]:6443', 'colima'],
  ['microk8s', 'https://192.168.1.20:16443', 'MicroK8s'],
  ['minikube', 'https://192.168.49.2:8443', 'minikube'],
  ['default', 'https://127.0.0.1:6443', 'k3s'],
  ['devloop-testbed', 'https://127.0.0.1:16443', 'the test cluster'],
])('the local cluster %s at %s is known without a word in the Devfile', (name, server, tool) => {
  const permitted = permitContext(kubeContext({ name, server }), [], {})
  expect(permitted).toMatchObject({ ok: true, value: { tool: { name: tool } } })
})

test('a minikube profile of any name is known by what minikube wrote of it', () => {
  const context = kubeContext({
    name: 'shop',
    server: 'https://192.168.49.2:8443',
    cluster: minikubeCluster,
  })
  expect(permitContext(context, [], {})).toMatchObject({ ok: true, value: { tool: { name: 'minikube' } } })
})

test.each([
  ['kind-shop', 'https://kubernetes.example.com'],
  ['kind-shop', 'https://10.0.0.7:6443'],
  ['minikube', 'https://52.14.3.2:8443'],
  ['docker-desktop', 'https://desktop.example.com'],
  ['default', 'https://10.0.0.7:6443'],
  ['colima', 'https://colima.example.com'],
  ['production', 'https://127.0.0.1:6443'],
  ['my-kind-shop', 'https://127.0.0.1:6443'],
])('nothing is done in %s at %s, whatever its name says', (name, server) => {
  expect(permitContext(kubeContext({ name, server }), [], {})).toMatchObject({
    ok: false,
    failure: {
      code: 'cluster/refused',
      message: expect.stringContaining(server),
      cure: expect.stringContaining(`contexts: ['${name}'],`),
    },
  })
})

test('the line to add keeps the contexts that the Devfile allows already', () => {
  const permitted = permitContext(
    kubeContext({ name: 'staging', server: 'https://example.com' }),
    ['dev-*'],
    {},
  )
  expect(permitted).toMatchObject({
    failure: { cure: expect.stringContaining("contexts: ['dev-*', 'staging'],") },
  })
})

test.each([
  ['staging', 'staging'],
  ['staging-eu', 'staging-*'],
  ['arn:aws:eks:eu-west-1:1234:cluster/dev', 'arn:aws:eks:*'],
  ['me@dev/cluster', 'me@dev/cluster'],
  ['weird[1]', 'weird[1]'],
])('the Devfile can allow the context %s by %s', (name, pattern) => {
  const permitted = permitContext(kubeContext({ name, server: 'https://example.com' }), [pattern], {})
  expect(permitted.ok).toBe(true)
})

test('a cluster elsewhere that the Devfile allows is not taken for the local one of the same name', () => {
  const permitted = permitContext(
    kubeContext({ name: 'kind-shop', server: 'https://example.com' }),
    ['kind-*'],
    {},
  )
  expect(permitted).toEqual({ ok: true, value: { context: expect.anything() } })
})

test('the cluster of a remote Docker engine counts as local, as that engine is the one that the user works with', () => {
  const context = kubeContext({ name: 'kind-shop', server: 'https://build-box:6443' })
  expect(permitContext(context, [], { DOCKER_HOST: 'ssh://me@build-box' }).ok).toBe(true)
  expect(permitContext(context, [], { DOCKER_HOST: 'tcp://another-box:2376' }).ok).toBe(false)
})
