import { beforeEach, expect, test } from 'vitest'
import { createStore } from '../../../src/sandbox/store/create-store.ts'
import type { ObjectStore } from '../../../src/sandbox/store/object-store.ts'
import { service } from '../manifests.ts'

let store: ObjectStore
beforeEach(() => {
  store = createStore()
})

function specOf(name: string) {
  return store.get('services', name, 'default')?.spec as {
    clusterIP?: string
    clusterIPs?: string[]
    ports: { nodePort?: number }[]
  }
}

function change(name: string, spec: object) {
  return store.update('services', name, 'default', object => ({
    ...object,
    spec: { ports: [{ port: 80 }], ...spec },
  }))
}

test('each service gets an address of its own, and keeps it', () => {
  for (let index = 0; index < 50; index++) store.create('services', service(`web-${index}`))
  const addresses = new Set(store.list('services').map(({ metadata }) => specOf(metadata.name).clusterIP))
  expect(addresses.size).toBe(50)
  const { clusterIP } = specOf('web-7')
  expect(clusterIP).toMatch(/^10\.96\./)
  change('web-7', { sessionAffinity: 'ClientIP' })
  expect(specOf('web-7')).toMatchObject({ clusterIP, clusterIPs: [clusterIP] })
})

test('a headless service and a name for another place have none', () => {
  store.create('services', service('headless', { clusterIP: 'None' }))
  store.create('services', service('elsewhere', { type: 'ExternalName', externalName: 'example.com' }))
  expect(specOf('headless').clusterIP).toBe('None')
  expect(specOf('elsewhere').clusterIP).toBeUndefined()
})

test('an address and a port of the node are taken once', () => {
  store.create(
    'services',
    service('a', { type: 'NodePort', clusterIP: '10.96.0.10', ports: [{ port: 80, nodePort: 30_080 }] }),
  )
  const second = store.create(
    'services',
    service('b', { type: 'NodePort', clusterIP: '10.96.0.10', ports: [{ port: 80, nodePort: 30_080 }] }),
  )
  expect(second).toMatchObject({ ok: false, failure: { code: 422 } })
  expect(JSON.stringify(second)).toContain('provided IP is already allocated')
  expect(JSON.stringify(second)).toContain('provided port is already allocated')
})

test('a port of the node comes and goes with the type', () => {
  store.create('services', service('web'))
  change('web', { type: 'NodePort' })
  const [port] = specOf('web').ports
  expect(port?.nodePort).toBeGreaterThanOrEqual(30_000)
  change('web', { type: 'NodePort' })
  expect(specOf('web').ports).toEqual([port])
  change('web', { type: 'ClusterIP', ports: [port] })
  expect(specOf('web').ports[0]?.nodePort).toBeUndefined()
})

test('the address of a service cannot be changed', () => {
  store.create('services', service('web'))
  expect(change('web', { clusterIP: '10.96.0.99' })).toMatchObject({
    ok: false,
    failure: { code: 422, message: expect.stringContaining('may not change once set') },
  })
})
