import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import type { HelloProject } from '../test/e2e/project.ts'

/** The same steps as devloop's, done with `docker build` and `kubectl`: the floor of this machine in this run. */
export interface ByHand extends AsyncDisposable {
  /** Where the service answers. */
  readonly url: string
  /** Builds what is in the folder, and gives the Deployment the new image. */
  update(): Promise<void>
}

export async function openByHand(project: HelloProject): Promise<ByHand> {
  const image = `${project.name}/hello`
  const env = { KUBECONFIG: project.env.KUBECONFIG ?? '' }
  const kubectl = (...args: string[]) => execa('kubectl', ['-n', project.namespace, ...args], { env })
  let version = 0
  const build = async () => {
    const tag = `${image}:by-hand-${++version}`
    await execa('docker', ['build', '--quiet', '--tag', tag, project.folder], {
      env: { DOCKER_BUILDKIT: '1' },
    })
    return tag
  }
  await project.edit('k8s/deployment.yaml', `image: ${image}`, `image: ${await build()}`)
  await kubectl('apply', '-f', project.file('k8s'))
  await kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s')
  const proxy = await startKubectlProxy(env)
  return {
    // The API server leads to a ready pod of the Service, on any cluster, and for as long as the stack lives.
    url: `${proxy.address}/api/v1/namespaces/${project.namespace}/services/hello:http/proxy/`,
    async update() {
      const tag = await build()
      await kubectl('set', 'image', 'deployment/hello', `hello=${tag}`)
    },
    [Symbol.asyncDispose]: proxy.close,
  }
}

async function startKubectlProxy(env: Readonly<Record<string, string>>) {
  const child = spawn('kubectl', ['proxy', '--port=0'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const first = await new Promise<string>(resolve =>
    createInterface({ input: child.stdout }).once('line', resolve),
  )
  return {
    address: `http://${/127\.0\.0\.1:\d+/.exec(first)?.[0]}`,
    async close() {
      const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
      child.kill()
      await closed
    },
  }
}
