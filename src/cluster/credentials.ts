import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import type { KubeContext } from './kubeconfig.ts'

/**
 * Who devloop is to the API server: certificates, tokens and the plugins and providers that hand them out, by the
 * Kubernetes client library.
 */
export class Credentials {
  readonly #context: KubeContext
  #config: KubeConfig
  #pending: Promise<RequestOptions> | undefined

  constructor(context: KubeContext) {
    this.#context = context
    this.#config = toKubeConfig(context)
  }

  /** Whether there is any use in `renew`. */
  get areRenewable(): boolean {
    const { fields } = this.#context.user
    return Boolean(fields.exec ?? fields['auth-provider'] ?? fields.tokenFile)
  }

  /**
   * TLS settings, headers and (for a cluster behind a proxy) the agent of the next request. Rejects when a plugin fails
   * or a file of the kubeconfig cannot be read.
   */
  async requestOptions(): Promise<RequestOptions> {
    // Requests that come together share one run of a plugin.
    this.#pending ??= this.#ask().finally(() => {
      this.#pending = undefined
    })
    return { ...(await this.#pending) }
  }

  /** Forgets what plugins handed out: the server did not accept it. */
  renew(): void {
    this.#config = toKubeConfig(this.#context)
  }

  async #ask(): Promise<RequestOptions> {
    const options: RequestOptions = {}
    await this.#config.applyToHTTPSOptions(options)
    if (!this.#context.cluster.fields['proxy-url']) delete options.agent
    return options
  }
}

/** Only the one context, so that a broken entry elsewhere in the kubeconfig does no harm. */
function toKubeConfig({ name, server, cluster, user }: KubeContext): KubeConfig {
  const { tokenFile, ...userFields } = user.fields
  const config = new KubeConfig()
  config.loadFromString(
    JSON.stringify({
      'current-context': name,
      contexts: [{ name, context: { cluster: name, user: name } }],
      // The library refuses plain HTTP unless TLS is not to be verified, which is no question there.
      clusters: [
        {
          name,
          cluster: {
            ...cluster.fields,
            server,
            ...(server.startsWith('http:') && { 'insecure-skip-tls-verify': true }),
          },
        },
      ],
      // The library knows a token's file by the name of its own provider only, which also reads it anew each minute.
      users: [
        {
          name,
          user: {
            ...userFields,
            ...(tokenFile !== undefined && { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } }),
          },
        },
      ],
    }),
  )
  return config
}
