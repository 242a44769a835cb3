import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { fail, ok, type Result } from '../model/result.ts'
import type { KubeContext } from './kubeconfig.ts'
import { isText, type NamedEntry } from './kubeconfig-file.ts'

/** How a connection to the API server is secured. */
export type TlsSettings = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>

/** Reads the certificates of a context, which stand in the kubeconfig itself (`…-data`, in base64) or in files. */
export function readTlsSettings({ cluster, user }: KubeContext): Result<TlsSettings> {
  const ca = readPem(cluster, 'certificate-authority', 'clusters')
  if (!ca.ok) return ca
  const cert = readPem(user, 'client-certificate', 'users')
  if (!cert.ok) return cert
  const key = readPem(user, 'client-key', 'users')
  if (!key.ok) return key
  const servername = cluster.fields['tls-server-name']
  const settings: TlsSettings = {
    ...(ca.value !== undefined && { ca: ca.value }),
    ...(cert.value !== undefined && { cert: cert.value }),
    ...(key.value !== undefined && { key: key.value }),
    ...(isText(servername) && { servername }),
    ...(cluster.fields['insecure-skip-tls-verify'] === true && { rejectUnauthorized: false }),
  }
  const fault = faultOf(settings)
  if (fault === undefined) return ok(settings)
  return fail({
    code: 'cluster/kubeconfig',
    message: `The certificates of user ${user.name} and cluster ${cluster.name} cannot be used.`,
    at: { file: user.file, object: `users.${user.name}` },
    why: fault,
    cure: 'Start the cluster again with its own tool, which writes the entries anew.',
  })
}

/** What is wrong with certificates and keys, in the words of the TLS library; `undefined`: nothing. */
export function faultOf({ ca, cert, key }: TlsSettings): string | undefined {
  try {
    createSecureContext({ ca, cert, key })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** As with kubectl, what stands in the kubeconfig itself counts before a file. */
function readPem(
  { name, file, fields }: NamedEntry,
  field: string,
  list: 'clusters' | 'users',
): Result<Buffer | undefined> {
  const data = fields[`${field}-data`]
  if (isText(data)) return ok(Buffer.from(data, 'base64'))
  const path = fields[field]
  if (!isText(path)) return ok(undefined)
  try {
    return ok(readFileSync(path))
  } catch (error) {
    return fail({
      code: 'cluster/kubeconfig',
      message: `The file that the kubeconfig names as ${field} cannot be read.`,
      at: { file, object: `${list}.${name}.${field}` },
      why: (error as Error).message,
      cure: 'Start the cluster again with its own tool, which writes it anew, or mend the path.',
    })
  }
}
