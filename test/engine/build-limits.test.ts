import { expect, test } from 'vitest'
import { plan } from '../../src/engine/plan.ts'
import { initialState } from '../../src/engine/reduce.ts'
import { updateImage, updateService } from '../../src/engine/touch.ts'
import type { BuilderDefinition } from '../../src/model/image.ts'
import type { Project } from '../../src/model/project.ts'

test('builds of an engine do not wait for those of this machine, nor these for them', () => {
  const { start, holds } = plan(inspected(), { parallelBuilds: 1, parallelEngineBuilds: 2 })
  const built = start.flatMap(task => (task.kind === 'build' ? [task.image] : []))
  expect(built).toEqual(['docker-1', 'docker-2', 'custom-1'])
  expect([...holds].filter(([, { reason }]) => reason === 'build-limit').map(([subject]) => subject)).toEqual(
    ['image:docker-3', 'image:custom-2', 'image:custom-3'],
  )
})

/** Six images, all of which are to be built. */
function inspected() {
  const refs = project.images.map(({ ref }) => ref)
  let state = updateService(initialState(project, 0), 'shop', service => ({
    ...service,
    read: { revision: 1, digest: '', images: refs },
  }))
  for (const ref of refs) {
    const found = { revision: 1, bases: [], canSync: false, canCompile: false }
    state = updateImage(state, ref, image => ({ ...image, inspected: found }))
  }
  return state
}

const sync = { kind: 'off' } as const
const docker: BuilderDefinition = {
  kind: 'docker',
  context: '/shop',
  dockerfile: '/shop/Dockerfile',
  args: {},
  secrets: [],
  sync,
}
const custom: BuilderDefinition = { kind: 'custom', command: 'make', cwd: '/', inputs: [], ignore: [], sync }
const project: Project = {
  name: 'shop',
  root: '/shop',
  contexts: [],
  namespace: 'default',
  images: [
    ...[1, 2, 3].map(number => ({ ref: `docker-${number}`, builder: docker })),
    ...[1, 2, 3].map(number => ({ ref: `custom-${number}`, builder: custom })),
  ],
  services: [{ name: 'shop', manifests: [], ports: [], dependsOn: [] }],
}
