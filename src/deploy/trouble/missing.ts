import type { PodObject } from '../pod-object.ts'

/** The names of API kinds as they are written, by the lower-case spelling that the kubelet and the scheduler use. */
const kinds: Readonly<Record<string, string>> = {
  configmap: 'ConfigMap',
  secret: 'Secret',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  serviceaccount: 'ServiceAccount',
}

export interface Explanation {
  readonly message: string
  readonly cure: string
}

/** Names the object or key that the kubelet, the scheduler or an admission check did not find. */
export function explainMissing(text: string, pod: PodObject, volume?: string): Explanation | undefined {
  const object = /(configmap|secret|persistentvolumeclaim|serviceaccount) "([^"]+)" not found/i.exec(text)
  if (object) {
    const kind = kinds[object[1]?.toLowerCase() ?? ''] ?? ''
    return {
      message: `The ${kind} ${object[2]} does not exist in the namespace ${pod.metadata.namespace}.`,
      cure: `Add it to the manifests of the service, or correct its name.`,
    }
  }
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) [^/\s]+\/(\S+)/.exec(text)
  if (key) return missingKey(`The ${key[2]} ${key[3]}`, key[1])
  const item = /(configmap|secret) references non-existent (?:config|secret) key: (\S+)/i.exec(text)
  if (item) return missingKey(sourceOf(pod, volume), item[2])
  return undefined
}

function missingKey(object: string, key: string | undefined): Explanation {
  return {
    message: `${object} has no key ${key}.`,
    cure: 'Add the key, or correct its name in the manifest.',
  }
}

function sourceOf(pod: PodObject, name: string | undefined): string {
  const volume = pod.spec.volumes?.find(candidate => candidate.name === name)
  if (volume?.configMap) return `The ConfigMap ${volume.configMap.name}`
  if (volume?.secret) return `The Secret ${volume.secret.secretName}`
  return `The source of the volume ${name}`
}
