import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { podType } from '../../src/model/kube-api.ts'
import { freePort } from './project.ts'
import { openRealCluster } from './real-cluster.ts'

/** Where the pages lie in the container. */
export const htdocs = '/usr/local/apache2/htdocs'

/** The pages of an httpd, in a folder and a namespace of their own. */
export interface SiteProject extends AsyncDisposable {
  readonly folder: string
  readonly name: string
  readonly namespace: string
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  file(name: string): string
  /** Makes the folders that lead to the file, too. */
  write(name: string, content: string | Uint8Array): Promise<void>
  /** For measurements by hand; tests ask the API, since not every machine has it. */
  kubectl(...args: string[]): Promise<string>
  /** Gives the workload another number of pods. */
  scale(replicas: number): Promise<void>
  /** The names of the pods that run. */
  pods(): Promise<readonly string[]>
  /** Runs a command line in a pod's container, `site` where it is not said. Gives its output. */
  inPod(pod: string, command: string, container?: string): Promise<string>
}

export interface SiteOptions {
  readonly replicas?: number
  /** Default: httpd with the files of public/. */
  readonly dockerfile?: string
  /** More of the container's spec. */
  readonly container?: object
  /** More of the pod's spec. */
  readonly pod?: object
  /** More of `docker({ context: '.' })`. */
  readonly image?: string
}

/** @param purpose lower-case letters, digits and `-`; becomes part of names. */
export async function siteProject(purpose: string, options: SiteOptions = {}): Promise<SiteProject> {
  const real = await openRealCluster(purpose)
  const { api } = real.cluster
  const folder = await mkdtemp(path.join(tmpdir(), `devloop-e2e-${purpose}-`))
  const name = `e2e-${purpose}-${process.pid}`
  const port = await freePort()
  const env = { KUBECONFIG: process.env.DEVLOOP_E2E_KUBECONFIG ?? '', DEVLOOP_E2E_MARK: name }
  const project: SiteProject = {
    folder,
    name,
    namespace: real.namespace,
    url: `http://localhost:${port}/`,
    env,
    file: file => path.join(folder, file),
    async write(file, content) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
      await writeFile(path.join(folder, file), content)
    },
    async kubectl(...args) {
      const { stdout } = await promisify(execFile)('kubectl', ['-n', real.namespace, ...args], {
        env: { ...process.env, ...env },
      })
      return stdout
    },
    scale: replicas =>
      project.write('k8s/site.json', JSON.stringify(manifest(project, { ...options, replicas }))),
    async pods() {
      const found = await api.list(podType, { namespace: real.namespace })
      if (!found.ok) throw new Error(found.failure.message)
      return found.value.flatMap(({ metadata, status }) => {
        const { phase } = status as { phase?: string }
        return phase === 'Running' && metadata.deletionTimestamp === undefined ? [metadata.name] : []
      })
    },
    async inPod(pod, command, container = 'site') {
      const place = { namespace: real.namespace, pod, container }
      const started = await api.execPod({ ...place, command: ['sh', '-c', command] })
      if (!started.ok) throw new Error(started.failure.message)
      const { streams, ended } = started.value
      const [output, end] = await Promise.all([text(streams), ended])
      if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${command}: ${JSON.stringify(end)}`)
      return output
    },
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await Promise.all([
    project.write('public/index.html', 'first'),
    project.write('Dockerfile', options.dockerfile ?? `FROM httpd:2.4\nCOPY public ${htdocs}\n`),
    project.write('Devfile.ts', devfile(project, port, options)),
    project.write('k8s/site.json', JSON.stringify(manifest(project, options))),
  ])
  return project
}

function devfile({ name, namespace }: SiteProject, localPort: number, { image = '' }: SiteOptions): string {
  return `import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: '${name}',
  namespace: '${namespace}',
  images: { '${name}/site': docker({ context: '.', ${image} }) },
  services: { site: { ports: ['${localPort}:80'] } },
})
`
}

function manifest({ name }: SiteProject, { replicas = 1, container, pod }: SiteOptions): object {
  const site = { name: 'site', image: `${name}/site`, ports: [{ containerPort: 80 }], ...container }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'site' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'site' } },
      template: {
        metadata: { labels: { app: 'site' } },
        spec: { terminationGracePeriodSeconds: 1, containers: [site], ...pod },
      },
    },
  }
}
