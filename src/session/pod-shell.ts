import type { State } from '../engine/state.ts'
import type { KubeApi, PodExecution } from '../model/kube-api.ts'
import type { Pod, PodContainer } from '../model/rollout.ts'

/** The user's terminal, which the shell has until it ends. */
export interface ShellTerminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

/** The better shell that the container has, and a type of terminal that its programs know. */
const script = 'export TERM="${TERM:-xterm}"; command -v bash >/dev/null && exec bash; exec sh'

/** `exit` of a shell, by itself or with the code of its last command, is no failure. */
const notStarted = /^(?:OCI runtime|rpc error|.*executable file not found)/

/**
 * A shell in the container of a service that runs an image of the project, else in its first one, of a pod that is ready.
 *
 * @returns why there was none, for the user
 */
export async function openPodShell(
  api: Pick<KubeApi, 'execPod'> | undefined,
  state: State,
  service: string,
  terminal: ShellTerminal,
): Promise<string | undefined> {
  const found = findContainer(state, service)
  if (!api || !found) return `${service} has no running container`
  const { pod, container } = found
  const { stdout } = terminal
  stdout.write(`${pod.name} · ${container.name} · exit leads back to devloop\r\n`)
  const opened = await api.execPod({
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    command: ['sh', '-c', script],
    terminal: { columns: stdout.columns, rows: stdout.rows },
  })
  if (!opened.ok) return `no shell in ${pod.name}: ${opened.failure.message}`
  const outcome = await connect(opened.value, terminal)
  if (outcome.kind === 'exited') return undefined
  if (outcome.isMissingProgram || notStarted.test(outcome.message)) {
    return `no shell in ${pod.name}: its image has no sh`
  }
  return `the shell in ${pod.name} has ended: ${outcome.message}`
}

async function connect(execution: PodExecution, { stdin, stdout }: ShellTerminal) {
  const { streams } = execution
  const onInput = (bytes: Buffer) => void streams.write(bytes)
  const onResize = () => execution.resize({ columns: stdout.columns, rows: stdout.rows })
  const onOutput = (bytes: Buffer) => void stdout.write(bytes)
  streams.on('data', onOutput)
  streams.on('error', () => {})
  stdin.on('data', onInput)
  stdout.on('resize', onResize)
  stdin.setRawMode(true)
  stdin.resume()
  try {
    return await execution.ended
  } finally {
    stdin.off('data', onInput)
    stdout.off('resize', onResize)
    stdin.pause()
    stdin.setRawMode(false)
    streams.destroy()
  }
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
