import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fail, ok, type Result } from '../../model/result.ts'
import type { ImageStore, StoredImage } from '../images/image-store.ts'
import { explainMissing } from '../images/missing-program.ts'
import { connectToPod } from './connection.ts'
import { RunningContainer } from './container.ts'
import { containerMounts } from './container-mounts.ts'
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
import { OwnFolders } from './own-folders.ts'
import { podFiles } from './pod-files.ts'
import { startProgram } from './program.ts'
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
  readonly running: Set<Container>
}

const otherUserNotice =
  'Containers run as the user who started the sandbox. Other users need root, or newuidmap and lines of yours in /etc/subuid and /etc/subgid (apt-get install uidmap).'

class NamespaceRuntime implements ContainerRuntime {
  readonly #options: RuntimeOptions
  readonly #addresses = new PodAddresses()
  readonly #pods = new Map<PodNamespaces, Pod>()
  readonly #ownFolders: OwnFolders | undefined
  #hasToldOfUsers = false

  constructor(options: RuntimeOptions) {
    const { init } = options
    this.#options = options
    if (!init.ownsHostFiles) this.#ownFolders = new OwnFolders(path.join(init.run, 'host'))
  }

  async createPod(spec: PodSpec): Promise<Result<PodNamespaces>> {
    const { init } = this.#options
    const ip = this.#addresses.take()
    if (ip === undefined) return refuse('no address is left for the pod')
    const id = newId()
    const { node, pods } = clusterNetwork
    const made = await init.ask('pod', id, spec.hostname, linkName(ip), ip, pods.prefix, node)
    if (!made.ok) {
      this.#addresses.giveBack(ip)
      return refuse(made.failure)
    }
    const folder = path.join(init.run, 'containers', id)
    await mkdir(folder)
    for (const { name, text } of podFiles(spec, ip)) await writeFile(path.join(folder, name), text)
    const pod: Pod = {
      ...{ id, ip, folder, hostname: spec.hostname, running: new Set() },
      connect: (port, signal) => connectToPod(init, { id, ip }, port, signal),
      remove: () => this.#remove(pod),
    }
    this.#pods.set(pod, pod)
    return ok(pod)
  }

  async start(namespaces: PodNamespaces, spec: ContainerSpec): Promise<Result<Container>> {
    const pod = this.#pods.get(namespaces)
    if (!pod) return refuse('the pod has gone')
    const image = this.#options.images.find(spec.image)
    if (!image) return fail({ code: 'sandbox/no-image', message: `there is no image ${spec.image}` })
    const folder = path.join(pod.folder, newId())
    await mkdir(folder)
    const started = await this.#startIn(folder, pod, image, spec)
    if (!started.ok) {
      await this.#options.init.ask('remove', folder)
      return started
    }
    const container = started.value
    if (!this.#pods.has(pod)) {
      // It was removed while this one started.
      container.kill('SIGKILL')
      await container.exited
      await container.remove()
      return refuse('the pod has gone')
    }
    pod.running.add(container)
    void container.exited.then(() => pod.running.delete(container))
    return started
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pods.values()].map(pod => this.#remove(pod)))
  }

  async #startIn(
    folder: string,
    pod: Pod,
    image: StoredImage,
    spec: ContainerSpec,
  ): Promise<Result<RunningContainer>> {
    const { init } = this.#options
    const settings = resolveSettings(image, spec, pod.hostname)
    if (!settings.ok) return settings
    const mounts = await containerMounts(pod.folder, spec)
    if (!mounts.ok) return mounts
    if (!init.userIds.has(settings.value.user.user)) this.#tellOfUsers()
    const log = openLog(spec.logFile)
    if (!log.ok) return log
    const { hasStdin, hasTty, isRootReadOnly } = spec
    const root = prepareRoot(image, folder, this.#ownFolders)
    const main = await startProgram(init, {
      ...settings.value,
      ...{ hasStdin, hasTty, pod: pod.id },
      files: { kind: 'new', root, isRootReadOnly, mounts: mounts.value },
    })
    const isOnHost = image.base === 'host'
    if (!main.ok) {
      log.value.close()
      const { failure } = main
      const [program = ''] = settings.value.command
      const isMissing = isOnHost && failure.code === 'sandbox/no-command'
      return isMissing ? fail({ ...failure, why: explainMissing(program) }) : main
    }
    return ok(
      new RunningContainer({
        ...{ init, folder, pod: pod.id, settings: settings.value, main: main.value, log: log.value },
        imageId: image.id,
        stopSignal: image.config.stopSignal ?? 'SIGTERM',
        ...(isOnHost && { noteOfMissing: explainMissing() }),
      }),
    )
  }

  async #remove(pod: Pod): Promise<void> {
    if (!this.#pods.delete(pod)) return
    const { init } = this.#options
    const running = [...pod.running]
    for (const container of running) container.kill('SIGKILL')
    await Promise.all(running.map(container => container.exited))
    await init.ask('remove-pod', pod.id)
    await init.ask('remove', pod.folder)
    this.#addresses.giveBack(pod.ip)
  }

  #tellOfUsers(): void {
    if (this.#hasToldOfUsers) return
    this.#hasToldOfUsers = true
    this.#options.onNotice(otherUserNotice)
  }
}

function openLog(file: string): Result<OutputLog> {
  try {
    return ok(new OutputLog(file))
  } catch (error) {
    return refuse(`cannot write the log: ${(error as Error).message}`)
  }
}

function refuse(message: string): Result<never> {
  return fail({ code: 'sandbox/container', message })
}

function newId(): string {
  return randomBytes(8).toString('hex')
}

/** One for each address; a link's name has at most 15 characters. */
function linkName(ip: string): string {
  return `pod${ip.split('.').slice(2).join('-')}`
}
