import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { k3sHost, microK8sHost } from '../../../src/cluster/host-containerd.ts'
import { k3dCluster } from '../../../src/cluster/k3d.ts'
import { minikubeCluster } from '../../../src/cluster/minikube.ts'
import type { ClusterProvider } from '../../../src/cluster/provider.ts'
import { type ImportRig, node, openImportRig, run } from './import-rig.ts'

// Tools that cannot be had here: what stands in for them takes their arguments and no others, and does with the containerd of the
// node what they do with theirs.

let rig: ImportRig
let tools: string
let docker: string
beforeAll(async () => {
  docker = run('sh', ['-c', 'command -v docker']).trim()
  tools = mkdtempSync(path.join(tmpdir(), 'devloop-stand-ins-'))
  rig = await openImportRig('stand-ins')
})
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await rig[Symbol.asyncDispose]()
  rmSync(tools, { recursive: true })
})

/** `ctr` of the node, for `exec`. */
const ctr = () => `'${docker}' exec --interactive ${node} ctr`

/** Its nodes are containers with labels of its own; the node here has those of kind. */
const k3d = () => ({
  docker: `
case "$*" in
  'ps --filter=label=k3d.cluster=shop --format={{.Names}}\t{{.Label "k3d.role"}}') printf '${node}\\tserver\\nk3d-shop-serverlb\\tloadbalancer\\n' ;;
  ps*) echo "unknown arguments: $*" >&2; exit 64 ;;
  *) exec '${docker}' "$@" ;;
esac`,
})

const k3s = () => ({ k3s: `[ "$1" = ctr ] || exit 64; shift; exec ${ctr()} "$@"` })

const microk8s = () => ({ microk8s: `[ "$1" = ctr ] || exit 64; shift; exec ${ctr()} "$@"` })

/** With the runtime containerd: no engine for builds, and whole images. */
const minikube = () => ({
  minikube: `
[ "$1 $2" = '--profile shop' ] || { echo "X Exiting due to GUEST_STATUS: profile $2 not found" >&2; exit 85; }
shift 2
case "$*" in
  'image ls') ${ctr()} --namespace=k8s.io images ls --quiet ;;
  'image load --daemon '*) '${docker}' save "$4" | ${ctr()} --namespace=k8s.io images import - ;;
  *) echo "Error: unknown command: $*" >&2; exit 64 ;;
esac`,
})

test.each<[string, ClusterProvider, () => Readonly<Record<string, string>>]>([
  ['k3d', k3dCluster('shop', {}), k3d],
  ['k3s', k3sHost({}), k3s],
  ['microk8s', microK8sHost({}), microk8s],
  ['minikube', minikubeCluster('shop', {}), minikube],
])('%s: a pod runs the image that was brought in, and the changed one', async (tool, provider, programs) => {
  const folder = path.join(tools, tool)
  mkdirSync(folder)
  for (const [name, text] of Object.entries(programs())) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
  vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env.PATH}`)
  for (const word of ['first', 'second']) {
    const reference = rig.build(`${rig.name}:${tool}-${word}`, word)
    const { signal } = new AbortController()
    const loaded = await provider.load(reference, { signal, onLine: () => {} })
    expect(loaded).toEqual({ ok: true, value: reference })
    expect(await rig.output(reference, `${tool}-${word}`, ['cat', '/word'])).toEqual([word])
  }
})
