import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { inspect } from 'node:util'

import { sandboxImageSocket } from '../util/sandbox-place.ts'
import { clusterCertificates } from './api/certificates.ts'
import { createApiServer } from './api/server.ts'
import { addApiService, podApiPort } from './api-service.ts'
import { startControllers } from './controllers/controllers.ts'
import { ensureImage } from './images/ensure-image.ts'
import { serveImages } from './images/image-service.ts'
import { openImageStore, type StoredImages } from './images/stored-images.ts'
import type { Inside } from './inside.ts'
import { type KindStore, kindStore } from './kinds/kind-store.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { startKubelet } from './kubelet/kubelet.ts'
import { Wakeups } from './kubelet/wakeups.ts'
import { hostCommands } from './runtime/host-command.ts'
import { clusterNetwork } from './runtime/network.ts'
import { createContainerRuntime } from './runtime/runtime.ts'
import { startServiceNetwork } from './service-network.ts'
import { imagesFolderOf } from './state-folder.ts'
import { createStore } from './store/create-store.ts'

export interface SandboxOptions {
  readonly inside: Inside
  /** The state folder; absolute. */
  readonly folder: string
  /** What a user should know. */
  readonly onNotice: (message: string) => void
}

const nodeName = 'devloop-sandbox'

/**
 * Puts the sandbox together, in the process that `launch` has started for it, and tells the launcher when clients are served. It
 * is never taken apart: with its process ends all that it has made but files in the state folder.
 */
export async function serveSandbox({ inside, folder, onNotice }: SandboxOptions): Promise<void> {
  const { init, listeners } = inside
  const certificates = await clusterCertificates(folder)
  const { authority, client } = certificates
  const store = createStore()
  const kinds = kindStore(store)
  const names = new Wakeups()
  const images = tellingNames(openImageStore(imagesFolderOf(folder)), () => names.wake())

  const runtime = createContainerRuntime({ init, images, onNotice })
  startControllers(store, {
    certificateAuthority: authority,
    volumesFolder: path.join(init.run, 'volumes'),
  })
  const token = randomBytes(32).toString('hex')
  const { streams } = startKubelet(store, {
    runtime,
    images: {
      ensure: (reference, signal) => ensureImage(images, reference, signal),
      get next() {
        return names.next
      },
    },
    issueToken: () => token,
    folder: path.join(init.run, 'kubelet'),
    nodeName,
    hostIp: clusterNetwork.node,
    dnsServer: clusterNetwork.dns,
  })
  await startServiceNetwork(kinds, init, onNotice)

  // A server listens at one place only: pods and the host's programs have one each.
  const onFault = (error: unknown) =>
    onNotice(`A request failed by a fault of devloop itself: ${inspect(error)}`)
  const api = { store, streams, certificates, token, onBug: onFault }
  await createApiServer(api).listen({ host: clusterNetwork.node, port: podApiPort })
  addApiService(kinds)
  const [listener = -1] = listeners
  const { port } = await createApiServer(api).listen({ fd: listener })
  await serveImages({
    store: images,
    hostCommand: hostCommands(init),
    socketPath: sandboxImageSocket(folder),
    isUsed: id => isImageUsed(kinds, id),
    onBug: onFault,
  })
  await writeKubeconfig(folder, { port, authority, client })
  inside.ready()
}

/** Tells of each name that an image gets. */
function tellingNames(images: StoredImages, onName: () => void): StoredImages {
  return {
    ...images,
    async tag(source, reference) {
      const tagged = await images.tag(source, reference)
      if (tagged.ok) onName()
      return tagged
    },
  }
}

/** Pods tell which images their containers were made from, as long as they are there. */
function isImageUsed(kinds: KindStore, id: string): boolean {
  return kinds.list('pods').some(({ status = {} }) => {
    const { containerStatuses = [], initContainerStatuses = [] } = status
    return [...containerStatuses, ...initContainerStatuses].some(({ imageID }) => imageID === id)
  })
}
