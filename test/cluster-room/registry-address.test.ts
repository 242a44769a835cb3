import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advertisedRegistry, repositoryOf } from '../../src/cluster/registry-address.ts'
import { normalizeImageName } from '../../src/model/image.ts'

function advertised(yaml: string) {
  return advertisedRegistry({ 'localRegistryHosting.v1': yaml })
}

test('a cluster tells where to push, what its nodes call the same place, and where help is', () => {
  const yaml =
    'host: "localhost:5001"\nhostFromContainerRuntime: "kind-registry:5000"\nhelp: "https://kind.example/registry"'
  expect(advertised(yaml)).toEqual({
    host: 'localhost:5001',
    hostFromNodes: 'kind-registry:5000',
    help: 'https://kind.example/registry',
  })
})

test('where nothing is said of the nodes they use the same name, and not that for tools in pods', () => {
  const yaml = 'host: localhost:5001\nhostFromClusterNetwork: registry.kube-system:80'
  expect(advertised(yaml)).toEqual({ host: 'localhost:5001', hostFromNodes: 'localhost:5001' })
})

test.each([
  ['nothing', ''],
  ['no YAML', '{'],
  ['a list', '- host: localhost:5001'],
  ['a registry that this machine cannot push to', 'hostFromClusterNetwork: registry.kube-system:80'],
  ['a host that is no text', 'host: 5001'],
])('a ConfigMap that holds %s is one without a registry', (_, yaml) => {
  expect(advertised(yaml)).toBe(undefined)
})

test.each([
  ['shop/web', 'shop/web'],
  ['web', 'web'],
  ['docker.io/library/web', 'web'],
  ['ghcr.io/acme/web', 'ghcr.io/acme/web'],
  ['localhost:5000/shop/web', 'shop/web'],
  ['registry:5000/web', 'registry.port_5000/web'],
  ['Registry.Example.com/web', 'registry.example.com/web'],
])('%s is kept in the registry as %s', (name, repository) => {
  expect(repositoryOf(name, 'localhost:5000')).toBe(repository)
})

test('no two images are kept in one place, and every place is one that a registry takes', () => {
  const component = fc.stringMatching(/^[a-z0-9]{1,3}((\.|_|__|-)[a-z0-9]{1,3}){0,2}$/)
  const host = fc.constantFrom('ghcr.io', 'localhost', 'localhost:1', 'a.b:5000', 'a:5000', 'localhost.port')
  const name = fc
    .tuple(fc.option(host), fc.array(component, { minLength: 1, maxLength: 3 }))
    .map(([registry, path]) => [...(registry === null ? [] : [registry]), ...path].join('/'))
    // Not a name: the first part would be a host, and none has an underscore.
    .filter(one => !/^[^/]*\.[^/]*_[^/]*\/|^[^/]*_[^/]*\.[^/]*\//.test(one))
  fc.assert(
    fc.property(name, name, (one, other) => {
      const places = [one, other].map(image => repositoryOf(image, 'localhost:5000'))
      for (const place of places) {
        // The grammar of <name> in the OCI distribution specification.
        expect(place).toMatch(/^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/)
      }
      expect(places[0] === places[1]).toBe(normalizeImageName(one) === normalizeImageName(other))
    }),
    { numRuns: 2_000 },
  )
})
