import { arch, cpus, hostname, release, totalmem } from 'node:os'
import { timestamp } from '../kinds/conditions.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { writeStatus } from '../kinds/status.ts'
import type { KubeletOptions } from './pod-context.ts'

const kubeletVersion = 'v1.32.0'
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/** Tells the API of the one node. */
export function registerNode(store: KindStore, { nodeName, hostIp }: KubeletOptions): void {
  const architecture = architectures[arch()] ?? arch()
  const created = store.create('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: {
        'kubernetes.io/arch': architecture,
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': 'linux',
        'node-role.kubernetes.io/control-plane': '',
      },
    },
    spec: { podCIDR: '10.88.0.0/16', providerID: `devloop-sandbox://${nodeName}` },
  })
  if (!created.ok) return
  const resources = { cpu: String(cpus().length), memory: `${Math.floor(totalmem() / 1024)}Ki`, pods: '110' }
  writeStatus(store, 'nodes', created.value, {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: hostIp },
      { type: 'Hostname', address: nodeName },
    ],
    conditions: [
      condition(
        'MemoryPressure',
        'False',
        'KubeletHasSufficientMemory',
        'kubelet has sufficient memory available',
      ),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    nodeInfo: {
      architecture,
      bootID: '',
      containerRuntimeVersion: 'devloop-sandbox://1',
      kernelVersion: release(),
      kubeProxyVersion: kubeletVersion,
      kubeletVersion,
      machineID: hostname(),
      operatingSystem: 'linux',
      osImage: 'devloop sandbox',
      systemUUID: '',
    },
  })
}

function condition(type: string, status: 'True' | 'False', reason: string, message: string) {
  const now = timestamp()
  return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now }
}
