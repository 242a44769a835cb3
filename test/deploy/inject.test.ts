import { describe, expect, test } from 'vitest'
import { inject, namedImages, templateDigest } from '../../src/deploy/inject.ts'
import type { KubeObject } from '../../src/model/kube.ts'

// biome-ignore lint/suspicious/noExplicitAny: the objects of many kinds are looked into here
type AnyObject = any

const deployment = (image: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { team: 'shop' } },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        initContainers: [{ name: 'migrate', image, imagePullPolicy: 'Always' }],
        containers: [
          { name: 'web', image: `${image}:latest` },
          { name: 'redis', image: 'redis:7' },
        ],
      },
    },
  },
})

const injection = {
  project: 'shop',
  service: 'web',
  images: new Map([['docker.io/shop/web', 'shop/web:devloop-1']]),
  restartable: new Map(),
  supervisor: (graceSeconds: number) => ['sh', '-c', '"$@" # $$', 'supervisor', String(graceSeconds)],
  changeCause: 'devloop: src/a.js',
}

describe('what the cluster is given', () => {
  test('runs the newest build in every container that names the image, and only there', () => {
    const { spec } = inject(deployment('shop/web'), injection) as AnyObject
    expect(spec.template.spec.initContainers[0]).toEqual({
      name: 'migrate',
      image: 'shop/web:devloop-1',
      imagePullPolicy: 'IfNotPresent',
    })
    expect(spec.template.spec.containers.map((container: { image: string }) => container.image)).toEqual([
      'shop/web:devloop-1',
      'redis:7',
    ])
  })

  test('starts the process of a restartable image under the supervisor, as the image itself would start it', () => {
    const start = { entrypoint: ['/entry.sh'], command: ['node', 'a $HOME'], hasShell: true }
    const restartable = new Map([['docker.io/shop/web', start]])
    const { spec } = inject(deployment('shop/web'), { ...injection, restartable }) as AnyObject
    const [web, redis] = spec.template.spec.containers
    // Kubernetes makes $ of $$, and would put variables in the place of $(NAME).
    const supervisor = ['sh', '-c', '"$$@" # $$$$', 'supervisor', '30']
    expect(web.command).toEqual([...supervisor, '/entry.sh', 'node', 'a $$HOME'])
    expect(redis.command).toBeUndefined()
    expect(spec.template.spec.initContainers[0].command).toBeUndefined()
  })

  test.each([
    [{ args: ['b'] }, ['/entry.sh', 'b']],
    [{ command: ['sh'] }, ['sh']],
    [{ command: ['sh'], args: ['$(NAME)'] }, ['sh', '$(NAME)']],
  ])('a manifest that sets %j decides what is started', (override, words) => {
    const start = { entrypoint: ['/entry.sh'], command: ['node'], hasShell: true }
    const object = deployment('shop/web') as AnyObject
    object.spec.template.spec.terminationGracePeriodSeconds = 3
    Object.assign(object.spec.template.spec.containers[0], override)
    const restartable = new Map([['docker.io/shop/web', start]])
    const { spec } = inject(object, { ...injection, restartable }) as AnyObject
    expect(spec.template.spec.containers[0].command.slice(4)).toEqual(['3', ...words])
    expect(spec.template.spec.containers[0].args).toBeUndefined()
  })

  test('a Service may leave the protocol of its ports out, on old clusters too', () => {
    const service: KubeObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] },
    }
    const { spec } = inject(service, injection) as AnyObject
    expect(spec.ports).toEqual([
      { port: 80, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
    ])
  })

  test('the image is found under any spelling of its name', () => {
    for (const image of ['docker.io/shop/web', 'index.docker.io/shop/web', 'shop/web']) {
      expect(namedImages(deployment(image))).toEqual([
        'docker.io/shop/web',
        'docker.io/shop/web',
        'docker.io/library/redis',
      ])
    }
  })

  test('is labelled, with its pods, so that devloop down finds it; selectors stay as they are', () => {
    const { metadata, spec } = inject(deployment('shop/web'), injection) as AnyObject
    const labels = {
      'app.kubernetes.io/managed-by': 'devloop',
      'devloop.dev/project': 'shop',
      'devloop.dev/service': 'web',
    }
    expect(metadata.labels).toEqual({ team: 'shop', ...labels })
    expect(spec.template.metadata.labels).toEqual({ app: 'web', ...labels })
    expect(spec.selector.matchLabels).toEqual({ app: 'web' })
    expect(metadata.annotations['kubernetes.io/change-cause']).toBe('devloop: src/a.js')
  })

  test('rolls no workload again for the same content, whatever caused the apply', () => {
    const first = inject(deployment('shop/web'), injection)
    const second = inject(deployment('shop/web'), { ...injection, changeCause: 'devloop: other' })
    expect(second.spec).toEqual(first.spec)
    const newer = inject(deployment('shop/web'), {
      ...injection,
      images: new Map([['docker.io/shop/web', 'shop/web:devloop-2']]),
    })
    expect(templateDigest(newer)).not.toBe(templateDigest(first))
  })

  test('leaves the object that was read as it was', () => {
    const object = deployment('shop/web')
    inject(object, injection)
    expect(object).toEqual(deployment('shop/web'))
  })
})
