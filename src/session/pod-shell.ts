import type { State } from '../engine/state.ts'
import type { ExecOutcome, KubeApi, TerminalSize } from '../model/kube-api.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { Pod, PodContainer } from '../model/rollout.ts'
import type { Shell } from '../model/shell.ts'

/** The better shell that the container has, and a type of terminal that its programs know. */
const script = 'export TERM="${TERM:-xterm}"; command -v bash >/dev/null && exec bash; exec sh'

/** `exit` of a shell, by itself or with the code of its last command, is no failure. */
const notStarted = /^(?:OCI runtime|rpc error|.*executable file not found)/

/**
 * A shell in the container of a service that runs an image of the project, else in its first one, of a pod that is ready.
 *
 * @param size of the terminal that it is to have
 * @returns else why there is none, for the user
 */
export async function openPodShell(
  api: Pick<KubeApi, 'execPod'> | undefined,
  state: State,
  service: string,
  size: TerminalSize,
): Promise<Result<Shell, string>> {
  const found = findContainer(state, service)
  if (!api || !found) return fail(`${service} has no running container`)
  const { pod, container } = found
  const opened = await api.execPod({
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    command: ['sh', '-c', script],
    terminal: size,
  })
  if (!opened.ok) return fail(`no shell in ${pod.name}: ${opened.failure.message}`)
  const execution = opened.value
  return ok({
    pod: pod.name,
    container: container.name,
    streams: execution.streams,
    resize: changed => execution.resize(changed),
    ended: execution.ended.then(outcome => describeEnd(pod.name, outcome)),
  })
}

function describeEnd(pod: string, outcome: ExecOutcome): string | undefined {
  if (outcome.kind === 'exited') return undefined
  if (outcome.isMissingProgram || notStarted.test(outcome.message)) {
    return `no shell in ${pod}: its image has no sh`
  }
  return `the shell in ${pod} has ended: ${outcome.message}`
}

function findContainer(
  { services, images }: State,
  service: string,
): { readonly pod: Pod; readonly container: PodContainer } | undefined {
  const built = new Set(
    [...images.values()].map(({ loaded }) =>
      loaded && 'podReference' in loaded.outcome ? loaded.outcome.podReference : undefined,
    ),
  )
  const found = (services.get(service)?.rollout?.pods ?? [])
    .filter(({ isTerminating }) => !isTerminating)
    .flatMap(pod => pod.containers.map(container => ({ pod, container })))
    .filter(({ container }) => container.runningId !== undefined)
  const worth = ({ pod, container }: (typeof found)[number]) =>
    (pod.isNew ? 4 : 0) + (built.has(container.image) ? 2 : 0) + (pod.isReady ? 1 : 0)
  return found.sort((one, other) => worth(other) - worth(one))[0]
}
