import { type Failure, type FailureCode, maxOutputLines } from '../model/failure.ts'
import type { ExecOutcome } from '../util/exec.ts'
import type { AdvertisedRegistry } from './registry-address.ts'

type PushFailure = Exclude<ExecOutcome, { status: 'succeeded' }>

/** Says why a push failed and what to do, from what the Docker engine says of the registry. */
export function explainPushFailure(
  outcome: PushFailure,
  { host, help }: Pick<AdvertisedRegistry, 'host' | 'help'>,
): Failure {
  const output = 'output' in outcome ? outcome.output : []
  const said = output.findLast(line => line.trim() !== '') ?? ''
  const advice = adviceFor(outcome, said, host)
  const isRegistry = advice.code === undefined
  return {
    code: 'cluster/load',
    ...advice,
    ...(said !== '' && { why: said }),
    // KEP-1755 asks tools to show it when a push fails.
    cure: isRegistry && help !== undefined ? `${advice.cure} Its own help: ${help}` : advice.cure,
    ...(output.length > 1 && { output: output.slice(-maxOutputLines) }),
  }
}

interface Advice {
  /** Where it is not the registry that is at fault. */
  readonly code?: FailureCode
  readonly message: string
  readonly cure: string
}

function adviceFor({ status }: PushFailure, said: string, host: string): Advice {
  const server = host.split('/')[0] ?? host
  if (status === 'not-found') return noDocker
  if (status === 'timed-out') {
    return {
      message: `The registry ${server} did not take the image in time.`,
      cure: `Push an image to it by hand to see whether it still works. ${withoutIt}`,
    }
  }
  const rule = rules.find(({ says }) => says.test(said))
  return (
    rule?.advice(server) ?? {
      message: `The registry ${server} did not take the image.`,
      cure: `Look at the registry's log. ${withoutIt}`,
    }
  )
}

const noDocker: Advice = {
  code: 'build/no-tool',
  message: 'The command "docker" was not found.',
  cure: 'Install Docker so that "docker version" works; devloop goes on by itself.',
}

const withoutIt = 'Or write in the Devfile: registry: false,'

/** The engine's own words, as `docker push` ends with them; the first that fits. */
const rules: readonly { readonly says: RegExp; readonly advice: (host: string) => Advice }[] = [
  {
    says: /Cannot connect to the Docker daemon|failed to connect to the docker API/i,
    advice: () => ({
      code: 'build/no-engine',
      message: 'The Docker engine does not answer.',
      cure: 'Start Docker (or set DOCKER_HOST to a running engine); devloop goes on by itself.',
    }),
  },
  {
    says: /server gave HTTP response to HTTPS client/,
    advice: host => ({
      message: `The registry ${host} speaks plain HTTP, which the Docker engine allows only on its own machine.`,
      cure: `Add it to the engine's configuration and restart the engine: "insecure-registries": ["${host}"] in daemon.json.`,
    }),
  },
  {
    says: /connection refused|no such host|i\/o timeout|no route to host|network is unreachable|Client\.Timeout|deadline exceeded|connection reset|EOF$/i,
    advice: host => ({
      message: `The registry ${host} does not answer the Docker engine.`,
      cure: `Start it (it is often a container: docker ps --all), then save a file. ${withoutIt}`,
    }),
  },
  {
    says: /x509:|certificate/,
    advice: host => ({
      message: `The Docker engine does not trust the certificate of the registry ${host}.`,
      cure: `Give the engine its authority's certificate: /etc/docker/certs.d/${host}/ca.crt.`,
    }),
  },
  {
    says: /unauthorized|no basic auth credentials|authentication required|denied/i,
    advice: host => ({
      message: `The registry ${host} does not let you push.`,
      cure: `Log in with: docker login ${host}`,
    }),
  },
  {
    says: /no space left on device/,
    advice: host => ({
      message: `The registry ${host} has no space left.`,
      cure: 'Remove what it no longer needs, or give it more space.',
    }),
  },
]
