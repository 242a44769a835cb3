import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { hostOf, isLoopback } from './address.ts'

export interface HeldImage {
  /** Host and port, and maybe a path. */
  readonly host: string
  readonly repository: string
  readonly tag: string
}

/** A registry that is there answers at once. One that does not is left to `docker push`, which says why. */
const answerMs = 3_000

/** What a manifest may be; without these a registry converts it to an old form, which has another digest. */
const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
]

/**
 * Asks a registry by one request for the digest of a tag (OCI distribution specification, "Checking if content exists in
 * the registry"). Undefined where it has none, or does not tell a client without credentials. Never rejects.
 */
export function heldDigest(image: HeldImage, signal: AbortSignal): Promise<string | undefined> {
  const url = manifestUrl(image)
  if (url === undefined || signal.aborted) return Promise.resolve(undefined)
  const send = url.protocol === 'http:' ? requestHttp : requestHttps
  return new Promise(resolve => {
    const request = send(url, {
      method: 'HEAD',
      agent: false,
      headers: { accept: manifestTypes.join(', '), 'user-agent': 'devloop' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    })
    request.once('response', response => {
      response.resume()
      const digest = response.headers['docker-content-digest']
      const isHeld = response.statusCode === 200 && typeof digest === 'string' && isDigest(digest)
      resolve(isHeld ? digest : undefined)
    })
    request.on('error', () => resolve(undefined))
    request.end()
  })
}

export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text)
}

/** Docker speaks plain HTTP to a registry on this machine only, unless its engine is told otherwise. */
function manifestUrl({ host, repository, tag }: HeldImage): URL | undefined {
  const [server = '', ...path] = host.split('/')
  const scheme = isLoopback(hostOf(`http://${server}`) ?? '') ? 'http' : 'https'
  const text = `${scheme}://${server}/v2/${[...path, repository].join('/')}/manifests/${tag}`
  return URL.canParse(text) ? new URL(text) : undefined
}
