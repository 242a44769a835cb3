import { readFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import type { Failure } from '../model/failure.ts'
import type { ApiResult } from '../model/kube-api.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { isRecord } from '../util/is-record.ts'
import type { Closable } from '../util/scope.ts'
import { CredentialPlugin } from './credential-plugin.ts'
import type { KubeContext } from './kubeconfig.ts'
import { isText } from './kubeconfig-file.ts'
import { faultOf, readTlsSettings, type TlsSettings } from './tls-settings.ts'

/** Who devloop is to the API server. */
export interface Credentials extends Closable {
  /** TLS settings and headers of the next request. */
  requestOptions(): Promise<ApiResult<RequestOptions>>
  /** The server did not accept them. Says whether asking for them again may help. */
  renew(): boolean
}

/** Reads the credentials of a context. Fails when a file of theirs is missing, or is nothing that devloop can use. */
export function readCredentials(context: KubeContext): Result<Credentials> {
  const unsupported = findUnsupported(context)
  if (unsupported) return fail(unsupported)
  const tls = readTlsSettings(context)
  if (!tls.ok) return tls
  const { tokenFile, token, exec } = context.user.fields
  if (isText(tokenFile)) return ok(tokenFileCredentials(tls.value, tokenFile))
  if (isText(token)) return ok(fixedCredentials({ ...tls.value, headers: bearer(token) }))
  if (isRecord(exec)) {
    return ok(pluginCredentials(tls.value, new CredentialPlugin(exec, context, tls.value)))
  }
  return ok(fixedCredentials(tls.value))
}

function fixedCredentials(options: RequestOptions): Credentials {
  return { requestOptions: async () => ok({ ...options }), renew: () => false, close() {} }
}

/** After this time a token's file is read anew: whoever writes it replaces the token well before it expires. */
const tokenFileMaxAgeMs = 60_000

function tokenFileCredentials(tls: TlsSettings, path: string): Credentials {
  let token = ''
  let readAt = Number.NEGATIVE_INFINITY
  return {
    async requestOptions() {
      if (Date.now() - readAt > tokenFileMaxAgeMs) {
        try {
          token = readFileSync(path, 'utf8').trim()
        } catch (error) {
          return fail({ kind: 'unauthorized', message: `the token's file: ${(error as Error).message}` })
        }
        readAt = Date.now()
      }
      return ok({ ...tls, headers: bearer(token) })
    },
    renew() {
      readAt = Number.NEGATIVE_INFINITY
      return true
    },
    close() {},
  }
}

function pluginCredentials(tls: TlsSettings, plugin: CredentialPlugin): Credentials {
  return {
    async requestOptions() {
      const asked = await plugin.credential()
      if (!asked.ok) return asked
      const { token, ...certificate } = asked.value
      const fault = faultOf({ ...tls, ...certificate })
      if (fault !== undefined) {
        return fail({ kind: 'unauthorized', message: `the credential plugin's certificate: ${fault}` })
      }
      return ok({ ...tls, ...certificate, ...(token && { headers: bearer(token) }) })
    },
    renew() {
      plugin.forget()
      return true
    },
    close: () => plugin.close(),
  }
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

/** What would be left out without a word, and make the server's refusal a riddle. */
function findUnsupported({ cluster, user }: KubeContext): Failure | undefined {
  const found = unsupportedFields.find(
    ({ list, field }) => (list === 'clusters' ? cluster : user).fields[field] !== undefined,
  )
  if (!found) return undefined
  const { list, field, cure } = found
  const entry = list === 'clusters' ? cluster : user
  return {
    code: 'cluster/kubeconfig',
    message: `devloop does not support ${field} in a kubeconfig.`,
    at: { file: entry.file, object: `${list}.${entry.name}.${field}` },
    cure,
  }
}

const unsupportedFields: readonly {
  readonly list: 'clusters' | 'users'
  readonly field: string
  readonly cure: string
}[] = [
  { list: 'clusters', field: 'proxy-url', cure: 'Use a context whose server is reached without a proxy.' },
  { list: 'users', field: 'auth-provider', cure: "Use the provider's credential plugin (`exec`) instead." },
  {
    list: 'users',
    field: 'username',
    cure: 'Use a certificate or a token: Kubernetes 1.19 dropped passwords.',
  },
  { list: 'users', field: 'as', cure: 'Use a context of the user that is meant.' },
]
