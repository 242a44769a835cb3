import type { ExecOutcome } from '../util/exec.ts'
import { chainIds, type ImageLayers } from './image-layers.ts'
import { type ContainerdNode, runInNode } from './node.ts'

/** What a node has of an image. */
export interface NodeSurvey {
  readonly node: ContainerdNode
  /** Where its containerd unpacks images. */
  readonly snapshotter: string
  /** It has the image by its name, complete and unpacked. */
  readonly holdsImage: boolean
  /** Of the image's layers, counted from the lowest. */
  readonly heldLayers: number
  /** Digests of compressed layers in its store, to those of the uncompressed ones. */
  readonly compressedLayers: ReadonlyMap<string, string>
}

export type SurveyFailure = Exclude<ExecOutcome, { status: 'succeeded' }>

/** A question to a command line that is there or is not; a containerd that hangs does so for good. */
const askTimeoutMs = 30_000

/**
 * Asks a node what it has of an image. A name alone does not count: whoever stops an import in the middle leaves the
 * name of an image that cannot be started. Unpacked layers do, with or without their contents, which many
 * nodes throw away (`discard_unpacked_layers`).
 *
 * @param name normalized, as the kubelet asks for it: `docker.io/shop/web:1`
 */
export async function surveyNode(
  node: ContainerdNode,
  name: string,
  signal: AbortSignal,
): Promise<{ ok: true; answer: (image: ImageLayers) => NodeSurvey } | { ok: false; outcome: SurveyFailure }> {
  const answers: Record<string, string[]> = {}
  let part: string[] = []
  const outcome = await runInNode(node, question, [name], {
    signal,
    timeoutMs: askTimeoutMs,
    onLine(line) {
      const heading = /^# (\w+)$/.exec(line)?.[1]
      if (heading === undefined) part.push(line)
      else part = answers[heading] ??= []
    },
  })
  if (outcome.status !== 'succeeded') return { ok: false, outcome }
  return { ok: true, answer: image => read(node, name, answers, image) }
}

/** k3s keeps its configuration in a file of its own; `containerd config dump` would tell of another one there. */
const question = `
config=/var/lib/rancher/k3s/agent/etc/containerd/config.toml
snapshotter=$({ cat "$config" 2>/dev/null || containerd config dump 2>/dev/null; } |
  sed -n "s/^ *snapshotter = [\\"']\\(..*\\)[\\"']$/\\1/p" | head -n 1)
snapshotter=\${snapshotter:-overlayfs}
echo '# snapshotter'
echo "$snapshotter"
echo '# images'
$ctr images ls --quiet "name==\\"$1\\"" || exit
echo '# snapshots'
$ctr snapshots --snapshotter "$snapshotter" ls || exit
echo '# contents'
$ctr content ls || exit
`

function read(
  node: ContainerdNode,
  name: string,
  { snapshotter = [], images = [], snapshots = [], contents = [] }: Record<string, string[]>,
  { diffIds }: ImageLayers,
): NodeSurvey {
  const unpacked = new Set(snapshots.map(line => line.split(/\s+/)[0]))
  const chains = chainIds(diffIds)
  const firstMissing = chains.findIndex(chain => !unpacked.has(chain))
  const heldLayers = firstMissing < 0 ? chains.length : firstMissing
  const compressedLayers = new Map<string, string>()
  for (const line of contents) {
    const [, digest = '', diffId = ''] =
      /^(sha256:\S+)\s.*containerd\.io\/uncompressed=([^,\s]+)/.exec(line) ?? []
    if (digest !== diffId) compressedLayers.set(digest, diffId)
  }
  return {
    node,
    snapshotter: snapshotter[0] ?? 'overlayfs',
    holdsImage: images.includes(name) && heldLayers === chains.length,
    heldLayers,
    compressedLayers,
  }
}
