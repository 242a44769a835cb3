import { inject } from 'vitest'
import { sandboxFolder, sandboxKubeconfig } from '../../../src/util/sandbox-place.ts'

// Where the binary, and the tests themselves, find the cluster.
process.env.XDG_STATE_HOME = inject('stateHome')
process.env.DEVLOOP_E2E_KUBECONFIG = sandboxKubeconfig(sandboxFolder(process.env))
