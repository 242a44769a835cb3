import { expect, test } from 'vitest'
import { custom, docker } from '../../src/config/define.ts'
import { formatKeyPath } from '../../src/config/fault.ts'
import { resolveProject } from '../../src/config/resolve.ts'

test('all faults come at once, each with its place, what is wrong and what to write', () => {
  const faults = faultsOf({
    name: 'Bad Name',
    contexts: 'kind-*',
    registry: { host: 'http://localhost:5000/', fromCluster: 'registry' },
    images: {
      'shop/web:1': docker({ contxt: 'web' } as object),
      'shop/c': custom({} as { command: string }),
      'shop/d': docker({ secrets: [{ id: 'x' }] } as object),
      'shop/e': 'x',
    },
    services: {
      web: { manifests: [1], ports: ['8080:3000', 'x'], dependsOn: ['cart', 'redsi'] },
      cart: { ports: [8080], manifest: 'x' },
      redis: 'k8s/redis.yaml',
      docs: { ports: '9000' },
    },
    profiles: { debug: { name: 'x', services: { web: { ports: [true] } } } },
  })
  expect(faults).toEqual({
    name: "Write 'bad-name'.",
    contexts: "Write a list: ['kind-*'].",
    'registry.host': "Write 'localhost:5000'.",
    'registry.fromCluster':
      "Write a host and its port, and maybe a path behind them, as in 'localhost:5000'.",
    "images['shop/web:1']": "Write 'shop/web'.",
    "images['shop/web:1'].contxt": "Did you mean 'context'?",
    "images['shop/c'].command": `Write it as in: command: 'docker build -t "$DEVLOOP_IMAGE" .'`,
    "images['shop/d'].secrets[0]":
      "Write it as in: { id: 'npm', file: '.npmrc' } or { id: 'npm', env: 'NPM_TOKEN' }",
    "images['shop/e']": "Write it as in: 'shop/web': docker({ context: 'web' })",
    'services.web.manifests[0]': "Write it as in: manifests: ['k8s/*.yaml']",
    'services.web.ports[1]':
      "Write it as 9001, '8080:3000', '9001:http', '127.0.0.1:8080:3000' or '8080:svc/web:80'.",
    'services.web.dependsOn[1]': "Did you mean 'redis'?",
    'services.cart.ports[0]': "Give one of them another local port, as in '8081:8080'.",
    'services.cart.manifest': "Did you mean 'manifests'?",
    'services.redis': "Write it as in: web: { manifests: ['k8s/*.yaml'] }",
    'services.docs.ports': "Write a list: ['9000'].",
    'profiles.debug.name': 'The options are contexts, namespace, registry, images, services.',
    'profiles.debug.services.web.ports[0]': "Write it as in: '8080:3000'",
  })
})

test.each([
  [undefined, 'Expected a Devfile, but found undefined.'],
  [null, 'Expected a Devfile, but found null.'],
  [[], 'Expected a Devfile, but found a list.'],
  [{ name: Promise.resolve('shop') }, "Expected the project's name, but found a promise, which needs await."],
  [
    { images: { web: docker({ args: { TOKEN: null } } as object) } },
    'Expected text, a number or a boolean, but found null.',
  ],
  [
    { images: { web: docker({ secrets: 'hunter2' } as object) } },
    'Expected a list of secrets, but found a string.',
  ],
  [
    {
      images: {
        web: docker({ secrets: [{ id: 'x', file: 'y', optional: true } as { id: string; file: string }] }),
      },
    },
    "'optional' is no option of a secret.",
  ],
  [
    { images: { web: docker({ ssh: 'agent' } as object) } },
    "Expected 'default' or a list of ids with the paths of keys or sockets, but found 'agent'.",
  ],
  [
    { images: { web: docker({ ssh: [{ id: 'git' }] } as object) } },
    expect.stringContaining("'path' is missing"),
  ],
  [
    { images: { web: docker({ cacheFrom: 'shop/web' } as object) } },
    "Expected a list of images or other cache sources, but found 'shop/web'.",
  ],
  [{ images: { web: docker({ labels: { team: 1 } } as object) } }, 'Expected text, but found 1.'],
  [
    { images: { web: { inputs() {} } } },
    expect.stringContaining('with the functions inputs and build, but found an object.'),
  ],
  [{ services: { web: { dependsOn: ['web'] } } }, 'The service web depends on itself.'],
])('a wrong value is named in words: %o', (input, message) => {
  expect(messagesOf(input)).toEqual([message])
})

test('services that wait for each other are named in order, once', () => {
  const services = {
    a: { dependsOn: ['b'] },
    b: { dependsOn: ['c'] },
    c: { dependsOn: ['a'] },
    d: { dependsOn: ['a'] },
  }
  expect(messagesOf({ services })).toEqual(['These services wait for each other: a → b → c → a.'])
})

test.each([
  ['the same port', [8080, '8080:3000'], true],
  ['localhost and its number', ['localhost:8080:80', '127.0.0.1:8080:80'], true],
  ['all addresses and one', ['0.0.0.0:8080:80', '127.0.0.2:8080:80'], true],
  ['all addresses of IPv6 and one', ['[::]:8080:80', 8080], true],
  ['two addresses', ['127.0.0.1:8080:80', '127.0.0.2:8080:80'], false],
  ['two ports', [8080, '8081:8080'], false],
])('two services cannot open one local port: %s', (_, [first, second], isFault) => {
  const messages = messagesOf({ services: { web: { ports: [first] }, api: { ports: [second] } } })
  expect(messages).toHaveLength(isFault ? 1 : 0)
  if (isFault) expect(messages[0]).toMatch(/web .* and api .* both open the local port 8080/)
})

test('a fault that a profile brings is placed in the profile', () => {
  const input = {
    services: { web: { ports: [8080] }, api: { ports: [8081] } },
    profiles: { debug: { services: { api: { ports: [8080], dependsOn: ['wbe'] } } } },
  }
  expect(faultsOf(input)).toEqual({})
  expect(faultsOf(input, 'debug')).toEqual({
    'profiles.debug.services.api.ports[0]': "Give one of them another local port, as in '8081:8080'.",
    'profiles.debug.services.api.dependsOn[0]': "Did you mean 'web'?",
  })
})

test('a profile that is not there is answered with those that are', () => {
  const profiles = { debug: {}, test: {} }
  expect(faultsOf({ profiles }, 'debgu')).toEqual({
    profiles: "Did you mean 'debug'? The profiles are debug, test.",
  })
  expect(faultsOf({}, 'toString')).toHaveProperty('profiles')
})

test('a service of a wrong shape does not make those that depend on it faulty', () => {
  const services = { web: { dependsOn: ['redis', 'api'] }, redis: 'k8s/redis.yaml', api: { ports: 1 } }
  expect(Object.keys(faultsOf({ services }))).toEqual(['services.redis', 'services.api.ports'])
})

function resolveFaults(input: unknown, profile?: string) {
  const options = { root: '/home/me/shop', hasDockerfile: false, ...(profile !== undefined && { profile }) }
  const project = resolveProject(input, options)
  return project.ok ? [] : project.failure
}

function faultsOf(input: unknown, profile?: string): Record<string, string | undefined> {
  return Object.fromEntries(
    resolveFaults(input, profile).map(({ path, cure }) => [formatKeyPath(path), cure]),
  )
}

function messagesOf(input: unknown): readonly string[] {
  return resolveFaults(input).map(({ message }) => message)
}
