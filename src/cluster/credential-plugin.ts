import type { ApiError, ApiResult } from '../model/kube-api.ts'
import { fail, ok } from '../model/result.ts'
import { type ExecOutcome, exec } from '../util/exec.ts'
import { isRecord } from '../util/is-record.ts'
import type { Closable } from '../util/scope.ts'
import type { KubeContext } from './kubeconfig.ts'
import { type Fields, isText } from './kubeconfig-file.ts'
import type { TlsSettings } from './tls-settings.ts'

/** What a plugin hands out: a token, a client certificate with its key, or both. */
export interface PluginCredential {
  readonly token?: string
  readonly cert?: string
  readonly key?: string
}

/** Less than a request's own limit, so that the user reads of the plugin and not of a silent server. */
const defaultTimeoutMs = 10_000
const maxQuotedLines = 5

/**
 * A program that hands out credentials, which a kubeconfig names as a user's `exec` (Kubernetes:
 * "client-go credential plugins"). Runs it when there is need, once for all who ask meanwhile, and keeps what it handed
 * out until that expires.
 */
export class CredentialPlugin implements Closable {
  readonly #settings: Fields
  readonly #command: string
  readonly #info: string
  readonly #timeoutMs: number
  readonly #closing = new AbortController()
  #running: Promise<ApiResult<PluginCredential>> | undefined
  #kept: { readonly credential: PluginCredential; readonly expiresAt: number } | undefined

  /**
   * @param settings the user's `exec`, with an absolute path or a bare name as its command
   * @param tls what the plugin may be told of the cluster
   */
  constructor(settings: Fields, context: KubeContext, tls: TlsSettings, timeoutMs = defaultTimeoutMs) {
    this.#settings = settings
    this.#command = isText(settings.command) ? settings.command : ''
    this.#info = execInfo(settings, context, tls)
    this.#timeoutMs = timeoutMs
  }

  async credential(): Promise<ApiResult<PluginCredential>> {
    if (this.#kept && this.#kept.expiresAt > Date.now()) return ok(this.#kept.credential)
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** The server did not accept what was handed out. */
  forget(): void {
    this.#kept = undefined
  }

  close(): void {
    this.#closing.abort()
  }

  async #run(): Promise<ApiResult<PluginCredential>> {
    const { args, env, interactiveMode } = this.#settings
    if (interactiveMode === 'Always')
      return this.#failure('asks questions, for which devloop has no terminal')
    const outcome = await exec({
      command: this.#command,
      args: Array.isArray(args) ? args.map(String) : [],
      env: { ...environmentOf(env), KUBERNETES_EXEC_INFO: this.#info },
      signal: this.#closing.signal,
      timeoutMs: this.#timeoutMs,
    })
    if (outcome.status !== 'succeeded') return this.#failure(this.#describe(outcome))
    const answer = parseAnswer(outcome.stdout.join('\n'))
    if (!answer) return this.#failure('printed no ExecCredential with a token or a client certificate')
    this.#kept = answer
    return ok(answer.credential)
  }

  #describe(outcome: Exclude<ExecOutcome, { status: 'succeeded' }>): string {
    switch (outcome.status) {
      case 'failed':
        return `failed with ${outcome.exit}${quote(outcome.output)}`
      case 'timed-out':
        return `did not end within ${this.#timeoutMs / 1_000} s${quote(outcome.output)}`
      case 'not-found': {
        const { installHint } = this.#settings
        return `was not found${isText(installHint) ? `: ${installHint.trim()}` : ''}`
      }
      case 'aborted':
        return 'was ended together with devloop'
      default:
        return outcome satisfies never
    }
  }

  #failure(words: string): ApiResult<never> {
    const error: ApiError = {
      kind: 'unauthorized',
      message: `the credential plugin ${this.#command} ${words}`,
    }
    return fail(error)
  }
}

/** What a plugin reads to learn the version that it should speak, that nobody can answer it, and (if asked for) the cluster. */
function execInfo(
  { apiVersion, provideClusterInfo }: Fields,
  { server, cluster }: KubeContext,
  { ca, servername, rejectUnauthorized }: TlsSettings,
): string {
  const clusterInfo = {
    server,
    'tls-server-name': servername,
    'insecure-skip-tls-verify': rejectUnauthorized === false,
    'certificate-authority-data': Buffer.isBuffer(ca) ? ca.toString('base64') : undefined,
    config: extensionOf(cluster.fields, 'client.authentication.k8s.io/exec'),
  }
  return JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(provideClusterInfo === true && { cluster: clusterInfo }) },
  })
}

function extensionOf({ extensions }: Fields, name: string): unknown {
  if (!Array.isArray(extensions)) return undefined
  const found: unknown = extensions.find(entry => isRecord(entry) && entry.name === name)
  return isRecord(found) ? found.extension : undefined
}

function environmentOf(variables: unknown): Record<string, string> {
  if (!Array.isArray(variables)) return {}
  return Object.fromEntries(
    variables.filter(isRecord).map(({ name, value }) => [String(name), String(value ?? '')]),
  )
}

function parseAnswer(text: string): { credential: PluginCredential; expiresAt: number } | undefined {
  const status = statusOf(text)
  if (!status) return undefined
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status
  if (!isText(token) && !(isText(cert) && isText(key))) return undefined
  const expiry = isText(expirationTimestamp) ? Date.parse(expirationTimestamp) : Number.POSITIVE_INFINITY
  return {
    credential: { ...(isText(token) && { token }), ...(isText(cert) && isText(key) && { cert, key }) },
    // A time that cannot be read is no reason to keep a credential for good.
    expiresAt: Number.isNaN(expiry) ? 0 : expiry,
  }
}

function statusOf(text: string): Fields | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return isRecord(answer) && isRecord(answer.status) ? answer.status : undefined
  } catch {
    return undefined
  }
}

function quote(output: readonly string[]): string {
  const lines = output.filter(line => line.trim() !== '').slice(-maxQuotedLines)
  return lines.length > 0 ? `: ${lines.join(' / ')}` : ''
}
