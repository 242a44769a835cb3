import { randomBytes } from 'node:crypto'
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fail, ok, type Result } from '../../model/result.ts'
import type { ImageStore } from '../images/image-store.ts'
import { connectToPod } from './connection.ts'
import { RunningContainer } from './container.ts'
import type {
  Container,
  ContainerRuntime,
  ContainerSpec,
  PodNamespaces,
  PodSpec,
} from './container-runtime.ts'
import { resolveSettings } from './container-settings.ts'
import type { InitClient } from './init-client.ts'
import { clusterNetwork, PodAddresses } from './network.ts'
import { OutputLog } from './output-log.ts'
import { podFiles } from './pod-files.ts'
import { type NewFiles, startProgram } from './program.ts'
import { prepareRoot } from './root.ts'

export interface RuntimeOptions {
  readonly init: InitClient
  readonly images: Pick<ImageStore, 'find'>
  /** What a user should know, once. */
  readonly onNotice: (message: string) => void
}

/** Containers by the sandbox's first process. */
export function createContainerRuntime(options: RuntimeOptions): ContainerRuntime {
  return new NamespaceRuntime(options)
}

interface Pod extends PodNamespaces {
  readonly id: string
  readonly hostname: string
  readonly folder: string
  readonly containers: Set<Container>
}

/** How a user is told of a user that an ordinary user's namespace does not have. */
const otherUserNotice =
  'containers run as the user who started the sandbox: other users need newuidmap and lines in /etc/subuid and /etc/subgid (apt-get install uidmap), or root'

class NamespaceRuntime implements ContainerRuntime {
  readonly #init: InitClient
  readonly #images: RuntimeOptions['images']
  readonly #onNotice: RuntimeOptions['onNotice']
  readonly #addresses = new PodAddresses()
  readonly #pods = new Map<PodNamespaces, Pod>()
  #hasTold = false

  constructor({ init, images, onNotice }: RuntimeOptions) {
    this.#init = init
    this.#images = images
    this.#onNotice = onNotice
  }

  async createPod(spec: PodSpec): Promise<Result<PodNamespaces>> {
    const ip = this.#addresses.take()
    if (ip === undefined)
      return fail({ code: 'sandbox/container', message: 'no address is left for the pod' })
    const id = randomBytes(8).toString('hex')
    const { node, pods } = clusterNetwork
    const made = await this.#init.ask('pod', id, spec.hostname, linkName(ip), ip, pods.prefix, node)
    if (!made.ok) {
      this.#addresses.giveBack(ip)
      return fail({ code: 'sandbox/container', message: made.failure })
    }
    const folder = path.join(this.#init.run, 'containers', id)
    await mkdir(folder)
    for (const { name, text } of podFiles(spec, ip)) await writeFile(path.join(folder, name), text)
    const pod: Pod = {
      id,
      ip,
      hostname: spec.hostname,
      folder,
      containers: new Set(),
      connect: (port, signal) => connectToPod(this.#init, { id, ip }, port, signal),
      remove: () => this.#remove(pod),
    }
    this.#pods.set(pod, pod)
    return ok(pod)
  }

  async start(namespaces: PodNamespaces, spec: ContainerSpec): Promise<Result<Container>> {
    const pod = this.#pods.get(namespaces)
    if (!pod) return fail({ code: 'sandbox/container', message: 'the pod has gone' })
    const image = this.#images.find(spec.image)
    if (!image) return fail({ code: 'sandbox/no-image', message: `there is no image ${spec.image}` })
    const settings = resolveSettings(image, spec, pod.hostname)
    if (!settings.ok) return settings
    if (!this.#init.userIds.has(settings.value.user.user)) this.#tellOfUsers()
    const folder = path.join(pod.folder, randomBytes(8).toString('hex'))
    await mkdir(folder)
    const give = async (failure: Parameters<typeof fail>[0] & object) => {
      await rm(folder, { recursive: true, force: true })
      return fail(failure)
    }
    const mounts = await this.#mountsOf(pod, spec)
    if (!mounts.ok) return await give(mounts.failure)
    let log: OutputLog
    try {
      log = new OutputLog(spec.logFile)
    } catch (error) {
      return await give({
        code: 'sandbox/container',
        message: `cannot write the log: ${(error as Error).message}`,
      })
    }
    const main = await startProgram(this.#init, {
      ...settings.value,
      hasStdin: spec.hasStdin,
      hasTty: spec.hasTty,
      pod: pod.id,
      files: {
        kind: 'new',
        root: prepareRoot(image, folder),
        isRootReadOnly: spec.isRootReadOnly,
        mounts: mounts.value,
      },
    })
    if (!main.ok) {
      log.close()
      return await give(main.failure)
    }
    const container = new RunningContainer({
      init: this.#init,
      main: main.value,
      settings: settings.value,
      pod: pod.id,
      imageId: image.id,
      stopSignal: image.config.stopSignal ?? 'SIGTERM',
      log,
      folder,
    })
    pod.containers.add(container)
    void container.exited.then(() => pod.containers.delete(container))
    return ok(container)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pods.values()].map(pod => this.#remove(pod)))
  }

  async #remove(pod: Pod): Promise<void> {
    if (!this.#pods.delete(pod)) return
    const running = [...pod.containers]
    for (const container of running) container.kill('SIGKILL')
    await Promise.all(running.map(container => container.exited))
    await this.#init.ask('remove-pod', pod.id)
    await rm(pod.folder, { recursive: true, force: true })
    this.#addresses.giveBack(pod.ip)
  }

  async #mountsOf(pod: Pod, spec: ContainerSpec): Promise<Result<NewFiles['mounts']>> {
    const own = (['hosts', 'hostname', 'resolv.conf'] as const).map(name => ({
      source: path.join(pod.folder, name),
      target: `/etc/${name}`,
      isReadOnly: spec.isRootReadOnly,
    }))
    const given: NewFiles['mounts'][number][] = []
    for (const { source, target, isReadOnly } of spec.mounts) {
      try {
        given.push({ source: await realpath(source), target: path.posix.resolve('/', target), isReadOnly })
      } catch {
        return fail({
          code: 'sandbox/container',
          message: `cannot mount ${source} on ${target}: it is not there`,
        })
      }
    }
    // What is mounted in another mount comes after it.
    given.sort((one, other) => one.target.split('/').length - other.target.split('/').length)
    const isTaken = (target: string) => given.some(mount => mount.target === target)
    return ok([...own.filter(({ target }) => !isTaken(target)), ...given])
  }

  #tellOfUsers(): void {
    if (this.#hasTold) return
    this.#hasTold = true
    this.#onNotice(otherUserNotice)
  }
}

/** One for each address; a link's name has at most 15 characters. */
function linkName(ip: string): string {
  return `pod${ip.split('.').slice(2).join('-')}`
}
