import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import type { JsonLine } from '../src/feed/lines.ts'
import { startUp } from '../test/e2e/devloop.ts'

/** Milliseconds each. */
export interface BuildTimes {
  /** From the start of `devloop up` until the last image is built. */
  readonly own: readonly number[]
  /** `docker buildx bake` of the same Dockerfiles. */
  readonly byBake: readonly number[]
}

const services = 10
const authority = new URL('../test/fixtures/cluster/tls/ca.crt', import.meta.url).pathname
const names = Array.from({ length: services }, (_, index) => `service-${index}`)

/**
 * Times ten builds of which BuildKit knows nothing but the base image, one way and the other in turns.
 *
 * @param turns how much the first step of each has to do: 500 are about a second of one core, as the installing of a few
 * packages is; with 50 all of a build is starting and ending
 */
export async function timeBuilds(
  { rounds, turns }: { rounds: number; turns: number },
  say: (text: string) => void,
): Promise<BuildTimes> {
  await using project = await openProject(turns)
  const own: number[] = []
  const byBake: number[] = []
  // The first of each warms up what the others find warm.
  for (let round = 0; round <= rounds; round++) {
    say(`${services} images that are built cold, ${round} of ${rounds}`)
    const ways: [number[], typeof timeUp][] = [
      [own, timeUp],
      [byBake, timeBake],
    ]
    // Whatever one leaves to do to the engine is not always the other's burden.
    for (const [times, time] of round % 2 === 0 ? ways : ways.toReversed()) {
      await project.renew()
      const took = await time(project)
      if (round > 0) times.push(took)
    }
  }
  return { own, byBake }
}

interface Project extends AsyncDisposable {
  readonly folder: string
  /** Of the images. */
  readonly name: string
  /** Gives every service content that was never built, and removes what was built of the last: nothing is old. */
  renew(): Promise<void>
}

async function timeUp({ folder }: Project): Promise<number> {
  const begun = performance.now()
  await using up = startUp({ cwd: folder, env: { KUBECONFIG: path.join(folder, 'kubeconfig') } })
  for (let built = 0; built < services; built++) {
    const { outcome } = await up.next(isBuilt)
    if (outcome !== 'succeeded') throw new Error('a build failed')
  }
  return performance.now() - begun
}

function isBuilt(line: JsonLine): line is Extract<JsonLine, { type: 'task-ended' }> {
  return line.type === 'task-ended' && line.task.kind === 'build'
}

async function timeBake({ folder }: Project): Promise<number> {
  const begun = performance.now()
  // As devloop builds: without attestations, and into the engine, as this driver does.
  await execa('docker', ['buildx', 'bake', '--progress=plain'], {
    cwd: folder,
    env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
  })
  return performance.now() - begun
}

async function openProject(turns: number): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-bench-builds-'))
  const name = `bench-builds-${process.pid}`
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await writeFile(path.join(folder, file), text)
  }
  for (const service of names) {
    await write(`${service}/Dockerfile`, dockerfile(turns))
    await write(`k8s/${service}.yaml`, manifest(name, service))
  }
  await write('Devfile.ts', devfile(name))
  await write('docker-bake.json', bakeFile(name))
  await write('kubeconfig', kubeconfig)
  return {
    folder,
    name,
    async renew() {
      for (const service of names) await write(`${service}/content`, randomUUID())
      await removeImages(name)
    },
    async [Symbol.asyncDispose]() {
      await removeImages(name)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function removeImages(name: string): Promise<void> {
  const { stdout } = await execa('docker', ['image', 'ls', '--quiet', `--filter=reference=${name}/*`])
  const ids = [...new Set(stdout.split('\n').filter(id => id !== ''))]
  if (ids.length > 0) await execa('docker', ['image', 'rm', '--force', ...ids])
}

/** Two steps with some work: one that thinks, and one that writes. */
const dockerfile = (turns: number) => `FROM node:20-alpine
WORKDIR /app
COPY . .
RUN for i in $(seq ${turns}); do cat content | sha256sum; done > sums
RUN for i in $(seq 50); do cp content copy-$i; done
CMD ["sleep", "600"]
`

function devfile(name: string): string {
  const images = names.map(service => `'${name}/${service}': docker({ context: '${service}', sync: false })`)
  const all = names.map(service => `'${service}': { manifests: 'k8s/${service}.yaml' }`)
  return `import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: '${name}',
  images: { ${images.join(', ')} },
  services: { ${all.join(', ')} },
})
`
}

function bakeFile(name: string): string {
  const target = Object.fromEntries(
    names.map(service => [service, { context: service, tags: [`${name}/${service}:bake`] }]),
  )
  return JSON.stringify({ group: { default: { targets: names } }, target })
}

function manifest(name: string, service: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${service} }
spec: { containers: [{ name: main, image: ${name}/${service} }] }
`
}

/**
 * Builds wait for no cluster: with one that never answers, nothing but them is measured. It names its authority, as that of any
 * local cluster does: without, each connection has Node read all that the world trusts.
 */
const kubeconfig = `apiVersion: v1
kind: Config
current-context: docker-desktop
clusters:
  - name: none
    cluster: { server: 'https://127.0.0.1:1', certificate-authority: '${authority}' }
contexts: [{ name: docker-desktop, context: { cluster: none, user: none } }]
users: [{ name: none, user: {} }]
`
